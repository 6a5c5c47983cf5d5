"""The tables of a publication as files: CSV, Parquet, workbooks, provenance, and their descriptions for programs."""
