"""Linkage inputs of the event model: time intervals in minutes, places in kilometres, and attributes of the victim.

A time known as a day, as a span, or only by the time of a call is an interval; the gap of two overlapping intervals is
zero. Nothing is imputed: an absent value is null. Comparison levels are in `model`.
"""

import duckdb
import pyarrow as pa

# How long before the call or arrival the event may have happened if nothing else is known. Half of all patients arrive
# within 66 minutes and one in fifty after ten hours (log-normal with a mean of two hours, docs/linkage.md#difficulty).
BEFORE_CALL = "interval 30 minute"
BEFORE_ARRIVAL = "interval 24 hour"
BEFORE_ADMISSION = "interval 48 hour"

LINKAGE_INPUTS = pa.schema(
    [
        ("unique_id", pa.string()),
        ("feed", pa.string()),
        ("agency", pa.string()),
        ("agency_incident", pa.string()),
        ("day", pa.int32()),  # since 1970
        ("minute_from", pa.int32()),  # since 1970, local time
        ("minute_until", pa.int32()),
        ("known_from", pa.int32()),  # minutes between which the agency became aware: a whole day for an admission
        ("known_until", pa.int32()),
        ("east_km", pa.float64()),
        ("north_km", pa.float64()),
        ("kind", pa.string()),
        ("is_fire", pa.bool_()),
        ("age", pa.int32()),
        ("sex", pa.string()),
        ("nhs_number", pa.string()),  # pseudonym
    ]
)
EVENT_RECORD_COLUMNS = (
    "event_record_id", "agency", "feed", "agency_incident", "occurred_from", "occurred_until", "occurred_precision",
    "reported_at", "easting", "northing", "is_default_place", "kind", "has_victim", "victim_age", "victim_sex",
    "pseudonym", "pseudonym_kind",
)  # fmt: skip

_QUERY = f"""
    with intervals as (
        select
            *,
            case
                when occurred_precision = 'day' then date_trunc('day', occurred_from)
                when occurred_precision = 'before the call' then occurred_until - {BEFORE_CALL}
                when occurred_precision = 'before arrival' and feed = 'health__admissions'
                    then occurred_until - {BEFORE_ADMISSION}
                when occurred_precision = 'before arrival' then occurred_until - {BEFORE_ARRIVAL}
                else occurred_from
            end as earliest,
            case
                when occurred_precision = 'time' then occurred_from
                when occurred_precision = 'day'
                    then least(occurred_until, date_trunc('day', occurred_from) + interval 1 day)
                else occurred_until
            end as latest
        from records
        where occurred_precision <> 'unknown' and (has_victim or kind = 'fire')
    )
    select
        event_record_id as unique_id,
        feed,
        agency,
        agency_incident,
        cast(floor(epoch(earliest) / 86400) as integer) as day,
        cast(floor(epoch(earliest) / 60) as integer) as minute_from,
        cast(floor(epoch(latest) / 60) as integer) as minute_until,
        cast(floor(epoch(coalesce(reported_at, latest)) / 60) as integer) as known_from,
        cast(
            floor(epoch(case when feed = 'health__admissions' then latest else coalesce(reported_at, latest) end) / 60)
            as integer
        ) as known_until,
        case when not is_default_place then easting / 1e3 end as east_km,
        case when not is_default_place then northing / 1e3 end as north_km,
        kind,
        kind = 'fire' as is_fire,
        victim_age as age,
        case when victim_sex in ('female', 'male') then victim_sex end as sex,
        case when pseudonym_kind = 'nhs_number' then pseudonym end as nhs_number
    from intervals
    order by event_record_id
"""  # noqa: S608 - the parts are constants of this module


def linkage_inputs(records: pa.Table) -> pa.Table:
    """Return the records that can be compared, in the schema `LINKAGE_INPUTS`, in order of `unique_id`.

    `records` has the columns `EVENT_RECORD_COLUMNS` of the dbt model int_event_records. Excluded are records without
    any time, and records that are neither a fire nor harm to a victim: only police record weapon possession.
    """
    with duckdb.connect() as connection:
        connection.register("records", records)
        return connection.sql(_QUERY).to_arrow_table().cast(LINKAGE_INPUTS)
