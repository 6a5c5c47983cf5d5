"""Record linkage of event records to incidents and of person records to people, with its evaluation.

Belongs here: linkage inputs, versioned Splink models, one-to-one assignment, lower and upper bounds, and the writing of
the zones `links/`. Does not: SQL transformations, which live in dbt; event records come in as one Arrow table, links go
out as Parquet. Nothing here scores a person: a link states that two records describe one event or one person, and no
score about anybody is computed or kept.
"""
