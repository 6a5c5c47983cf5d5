"""Ingest of deliveries into bronze: read, conform, pseudonymise, validate, then publish or hold each month.

Receiving files belongs to `landing`, evaluating expectations to `validation`.
"""
