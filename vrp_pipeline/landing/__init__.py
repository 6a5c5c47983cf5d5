"""Receipt of deliveries: files are guarded, hashed, recognised, stored unchanged and recorded as deliveries.

Holds reading formats, recognising feeds and finding the months covered. Whether rows are valid is decided in `ingest`
and `validation`; the ledger of deliveries is in `lake.ledger`.
"""
