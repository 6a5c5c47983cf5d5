"""Judging a partition: suites, month metrics against history, profiles, verdict findings and Data Docs.

What belongs here: which expectations a table of conformed rows or a month as a whole does not meet. What does not: what
follows for bronze and quarantine (`ingest`). Great Expectations is imported only here, and only when it is needed.
"""
