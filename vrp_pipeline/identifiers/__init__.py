"""Numbers that identify people, and the keyed pseudonyms that stand for them in the lake.

Which columns hold such numbers is said in the contracts (`feeds`), what becomes of a column in `ingest.treatments`.
"""
