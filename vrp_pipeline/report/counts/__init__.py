"""The true counts of a release: its figures, further tables, places and revisions. Only `protection` may read them."""
