"""Linkage inputs of the event model: time intervals in minutes, places in kilometres, and attributes of the victim.

Every record has the interval in which its event may have happened; the gap of two overlapping intervals is zero. A
time that an agency writes far more often than the hours beside it (midnight, noon) is a default and stands for its day;
which times these are is read from each feed's own distribution. Nothing is imputed: an absent value is null. Comparison
levels are in `levels`.
"""

import duckdb
import pyarrow as pa

POLICE, EMERGENCY, AMBULANCE = "police__offences", "health__emergency_attendances", "health__ambulance_incidents"
ADMISSIONS, FIRE = "health__admissions", "fire__incidents"
# Feeds of patients: two of their records tell of one event only if they can be of one person.
PATIENTS = (EMERGENCY, AMBULANCE, ADMISSIONS)
# How long before the call or arrival the event may have happened if nothing else is known. Half of all patients arrive
# within 66 minutes and one in fifty after ten hours (log-normal with a mean of two hours, docs/linkage.md#difficulty).
BEFORE_CALL = "interval 30 minute"
MINUTES_BEFORE_ARRIVAL = 24 * 60
BEFORE_ARRIVAL = f"interval {MINUTES_BEFORE_ARRIVAL} minute"
BEFORE_ADMISSION = "interval 48 hour"
# A minute of the day is a default if it is written this often, and this many times as often as an hour earlier and
# later: rounding to the hour lifts those as well.
FEWEST_DEFAULT_TIMES = 20
DEFAULT_TIMES_RATIO = 3

LINKAGE_INPUTS = pa.schema(
    [
        ("unique_id", pa.string()),
        ("feed", pa.string()),
        ("agency", pa.string()),
        ("agency_incident", pa.string()),
        ("minute_from", pa.int32()),  # since 1970, local time
        ("minute_until", pa.int32()),
        ("known_from", pa.int32()),  # minutes between which the agency became aware: a whole day for an admission
        ("known_until", pa.int32()),
        ("east_km", pa.float64()),
        ("north_km", pa.float64()),
        ("home_east_km", pa.float64()),  # middle of the recorded places in the small area of the home
        ("home_north_km", pa.float64()),
        ("kind", pa.string()),
        ("is_fire", pa.bool_()),
        ("age", pa.int32()),
        ("sex", pa.string()),
        ("nhs_number", pa.string()),  # pseudonym
    ]
)
EVENT_RECORD_COLUMNS = (
    "event_record_id", "agency", "feed", "agency_incident", "occurred_from", "occurred_until", "occurred_precision",
    "reported_at", "easting", "northing", "is_default_place", "lsoa_code", "residence_lsoa_code", "kind", "has_victim",
    "victim_age", "victim_sex", "pseudonym", "pseudonym_kind",
)  # fmt: skip

_QUERY = f"""
    with comparable as (
        select *, 60 * hour(occurred_from) + minute(occurred_from) as minute_of_day
        from records
        where occurred_precision <> 'unknown' and (has_victim or kind = 'fire')
    ),
    minutes as (
        select feed, minute_of_day, count(*) as written from comparable
        where occurred_precision in ('time', 'day') group by feed, minute_of_day
    ),
    default_minutes as (
        select minutes.feed, minutes.minute_of_day
        from minutes
        left join minutes as others
            on minutes.feed = others.feed
            and (minutes.minute_of_day - others.minute_of_day + 1440) % 1440 in (60, 1380)
        group by minutes.feed, minutes.minute_of_day, minutes.written
        having minutes.written >= {FEWEST_DEFAULT_TIMES}
            and minutes.written > {DEFAULT_TIMES_RATIO} * coalesce(max(others.written), 1)
    ),
    area_places as (
        select lsoa_code, avg(easting) / 1e3 as home_east_km, avg(northing) / 1e3 as home_north_km
        from records where easting is not null and lsoa_code is not null group by lsoa_code
    ),
    precise as (
        select
            comparable.*,
            case
                when occurred_precision <> 'time' then occurred_precision
                when comparable.feed like 'health%' and occurred_from = occurred_until then 'before arrival'
                when default_minutes.minute_of_day is not null then 'day'
                else 'time'
            end as known_as
        from comparable
        left join default_minutes
            on comparable.feed = default_minutes.feed and comparable.minute_of_day = default_minutes.minute_of_day
    ),
    intervals as (
        select
            *,
            case
                when known_as = 'day' then date_trunc('day', occurred_from)
                when known_as = 'before the call' then occurred_until - {BEFORE_CALL}
                when known_as = 'before arrival' and feed = 'health__admissions'
                    then occurred_until - {BEFORE_ADMISSION}
                when known_as = 'before arrival' then occurred_until - {BEFORE_ARRIVAL}
                else occurred_from
            end as earliest,
            case
                when known_as = 'time' then occurred_from
                when known_as = 'day' and occurred_until > occurred_from
                    then least(occurred_until, date_trunc('day', occurred_from) + interval 1 day)
                when known_as = 'day' then date_trunc('day', occurred_from) + interval 1 day
                else occurred_until
            end as latest
        from precise
    )
    select
        event_record_id as unique_id,
        feed,
        agency,
        agency_incident,
        cast(floor(epoch(earliest) / 60) as integer) as minute_from,
        cast(floor(epoch(latest) / 60) as integer) as minute_until,
        cast(floor(epoch(coalesce(reported_at, latest)) / 60) as integer) as known_from,
        cast(
            floor(epoch(case when feed = 'health__admissions' then latest else coalesce(reported_at, latest) end) / 60)
            as integer
        ) as known_until,
        case when not is_default_place then easting / 1e3 end as east_km,
        case when not is_default_place then northing / 1e3 end as north_km,
        home_east_km,
        home_north_km,
        kind,
        kind = 'fire' as is_fire,
        victim_age as age,
        case when victim_sex in ('female', 'male') then victim_sex end as sex,
        case when pseudonym_kind = 'nhs_number' then pseudonym end as nhs_number
    from intervals
    left join area_places on intervals.residence_lsoa_code = area_places.lsoa_code
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
