"""Alerts: what needs a person, told once by mail or webhook, again only when it changes, and each morning in a digest.

A message says what happened, what it touches and what to type. It never holds a value of a row, an identifier, or the
name of a delivered file, which may name a person. When alerts are sent is up to `defs` and `cli`.
"""
