"""Storage of the data lake: paths, atomic writes, bronze files, the delivery ledger, decisions and verdicts.

Holds where things are stored and how they are written and read back. Deciding what to write is left to `landing`,
`ingest`, `linkage`, `release` and `report`.
"""
