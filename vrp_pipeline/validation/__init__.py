"""Validation of a partition: suites, month metrics against history, profiles, judgements and Data Docs.

Holds which expectations the conformed rows, or the month as a whole, do not meet. What follows for bronze and
quarantine belongs to `ingest`. Great Expectations is imported only here, and only when it is needed.
"""
