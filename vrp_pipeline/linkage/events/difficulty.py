"""Difficulty of the simulated event records: whether an evaluation on them is meaningful.

The required levels are those of published linkages (docs/linkage.md#difficulty). They are measured on the records
as ingested, against the truth. The evaluation itself is in `evaluation`.
"""

from pathlib import Path

import duckdb

from vrp_pipeline.linkage.evaluation import Level


def _share(condition: str, among: str = "true") -> str:
    return f"avg(case when {among} then case when {condition} then 1e0 else 0e0 end end)"


# Name, SQL over the attendances of `_ATTENDANCES`, required minimum, maximum (or None), and format of the value.
_MEASURES = (
    ("A&E assaults known to police", _share("known_to_police"), 0.38, 0.44, "{:.1%}"),
    ("mean minutes from the event to arrival", "avg(lag_minutes)", 110.0, None, "{:.0f}"),
    ("minutes after which the last twentieth arrives", "quantile_cont(lag_minutes, 0.95)", 300.0, None, "{:.0f}"),
    ("places missing", _share("easting is null"), 0.30, None, "{:.1%}"),
    ("metres by which a place is off (median)", "median(metres)", 200.0, None, "{:.0f}"),
    ("weapons written down as plain assault", _share("kind = 'assault'", "armed"), 0.25, None, "{:.1%}"),
    # One time in sixty falls on the hour by chance.
    ("times rounded to the hour or defaulted", _share("on_the_hour"), 0.10, None, "{:.1%}"),
    ("ages wrong by a year", _share("abs(victim_age - true_age) = 1", "victim_age is not null"), 0.03, None, "{:.1%}"),
    ("ages unknown", _share("victim_age is null"), 0.05, None, "{:.1%}"),
    ("places that are the hospital itself", _share("is_default_place"), 0.01, None, "{:.1%}"),
)
_ATTENDANCES = """
    create table attendances as
    with truth as (
        select distinct on (record_id) record_id, incident_id, age as true_age
        from true_records where feed = 'health__emergency_attendances' order by record_id, incident_id
    ),
    police as (select distinct incident_id from true_records where feed = 'police__offences')
    select
        records.*,
        truth.true_age,
        police.incident_id is not null as known_to_police,
        incidents.weapon in ('blade', 'firearm', 'blunt', 'corrosive', 'other') and incidents.harms = 1 as armed,
        date_diff('minute', incidents.occurred_at, records.reported_at) as lag_minutes,
        occurred_precision = 'day' or minute(occurred_from) = 0 as on_the_hour,
        case when not is_default_place then sqrt(
            pow(records.easting - incidents.easting, 2) + pow(records.northing - incidents.northing, 2)
        ) end as metres
    from records
    inner join truth on records.record_id = truth.record_id
    inner join true_incidents as incidents on truth.incident_id = incidents.incident_id
    left join police on truth.incident_id = police.incident_id
    where records.feed = 'health__emergency_attendances'
"""
# Share of attendances with at least five crimes on the same day within 5 km: the candidates they can be confused with.
_LOOK_ALIKES = """
    select avg(case when crimes >= 5 then 1e0 else 0e0 end) from (
        select attendances.event_record_id, count(crimes.event_record_id) as crimes
        from attendances
        left join records as crimes
            on crimes.feed = 'police__offences'
            and cast(crimes.occurred_from as date) = cast(attendances.occurred_from as date)
            and abs(crimes.easting - attendances.easting) <= 5000
            and abs(crimes.northing - attendances.northing) <= 5000
        where attendances.easting is not null
        group by 1
    )
"""


def measure_difficulty(connection: duckdb.DuckDBPyConnection, truth: Path) -> list[Level]:
    """Measure the emergency department records against the required difficulty.

    `connection` holds the tables `records` (int_event_records) and `true_records` (the truth, with `record_id`);
    `truth` is the folder of the simulated truth.
    """
    path = str(truth / "incidents.parquet").replace("'", "''")
    connection.execute(f"create or replace view true_incidents as from read_parquet('{path}')")
    connection.execute(_ATTENDANCES)
    values = connection.execute(f"select {', '.join(sql for _, sql, *_ in _MEASURES)} from attendances").fetchall()[0]  # noqa: S608
    levels = [
        _level(name, value, least, most, form)
        for (name, _, least, most, form), value in zip(_MEASURES, values, strict=True)
    ]
    (alike,) = connection.execute(_LOOK_ALIKES).fetchall()[0]
    return [*levels, _level("attendances with five crimes or more that day within 5 km", alike, 0.25, None, "{:.1%}")]


def _level(name: str, value: float | None, least: float, most: float | None, form: str) -> Level:
    required = f"at least {form.format(least)}" if most is None else f"{form.format(least)} to {form.format(most)}"
    if value is None:
        return Level(name, required, "none", is_met=False)
    return Level(name, required, form.format(value), value >= least and (most is None or value <= most))
