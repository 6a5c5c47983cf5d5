"""The pattern of street crimes of any force, from archives of data.police.uk alone, without a lake.

Belongs here: counting an archive by month, district and type of crime, charts of months, the page and table of them.
Does not: serious violence, which these archives cannot tell; nor ingesting street crimes, which `ingest` does.
"""
