"""Which records tell of the same incident: versioned models, one-to-one links, bounds, and their evaluation.

Records come in as a table with one row per agency record and links go out as Parquet; SQL lives in dbt. Nothing here
judges a person: a link says that two records tell of one event, and no score of anybody is kept or computed.
"""
