"""Releases: row accounts that must balance, provenance, and immutable copies of the tested marts.

What belongs here: copying what dbt has built and tested to where readers find it. What does not: building or testing it
(dbt), or publishing figures from it (`report`).
"""
