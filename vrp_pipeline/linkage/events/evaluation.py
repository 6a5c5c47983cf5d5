"""Evaluation of event links against the truth of a simulated partnership: pairs, totals and subgroups.

A pair is two records of different feeds. It is predicted if both are in one linked incident, and true if one simulated
incident caused both. Only this module, its command and the tests read the truth; linkage never does.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.evaluation import Level, NoTruthError, Pairs, at_least, count_by_link_status
from vrp_pipeline.linkage.events.difficulty import measure_difficulty
from vrp_pipeline.linkage.events.inputs import EMERGENCY, EVENT_RECORD_COLUMNS, POLICE
from vrp_pipeline.linkage.events.links import Linked, link_events
from vrp_pipeline.linkage.events.matched_share import EXPECTED_SHARE, MatchedShare
from vrp_pipeline.linkage.events.model import EVENT_MODEL
from vrp_pipeline.linkage.events.zone import read_event_records
from vrp_pipeline.linkage.models.files import load

# Maps the force's references of victims to the pseudonyms by which bronze knows them.
Pseudonyms = Callable[[pa.Array], pa.Array]

# Levels required on a simulation that no model was trained on.
PRECISION, RECALL = 0.95, 0.85
PRECISION_WITHOUT_PERSON = 0.90
BIAS_PERCENT = 1.0
# The share of all joins by which the model may err beyond chance: in 76 small worlds of 17 laws, of which some give no
# NHS numbers, homes or places, it erred by 2.5 % (root mean square) and by up to 7 % [P].
MODEL_ERROR = 0.08


@dataclass(frozen=True)
class Evaluation:
    """Result of `vrp evaluate linkage` for events. `groups` maps a subgroup (`sex: male`) to its pair counts."""

    seed: int
    trained_on_seed: int | None
    model_version: str
    pairs: Pairs
    pairs_with_age_and_sex: Pairs
    pairs_without_age_and_sex: Pairs
    groups: dict[str, Pairs]
    totals: dict[str, dict[str, int]]
    expected_total: dict[str, float]
    cluster_sizes: dict[str, dict[int, int]]
    known_to_police: dict[str, float]
    link_statuses: dict[str, int]
    difficulty: list[Level] = field(default_factory=list)

    @property
    def is_a_test(self) -> bool:
        """Return whether this simulation differs from the one the model was trained on."""
        return self.seed != self.trained_on_seed

    @property
    def levels(self) -> list[Level]:
        """Return the required levels with the measured values."""
        true, total = self.totals["all"]["true"], self.expected_total
        bias = 100 * (total["estimate"] / true - 1) if true else 0.0
        within = total["lower"] <= true <= total["upper"]
        inside = all(total["lower"] <= total["true"] <= total["upper"] for total in self.totals.values())
        known = self.known_to_police["expected"]
        least, most = EXPECTED_SHARE
        return [
            at_least("precision, age and sex present", self.pairs_with_age_and_sex.precision, PRECISION),
            at_least("recall, age and sex present", self.pairs_with_age_and_sex.recall, RECALL),
            at_least(
                "precision without age and sex", self.pairs_without_age_and_sex.precision, PRECISION_WITHOUT_PERSON
            ),
            Level(
                "expected total against the truth",
                f"within ±{BIAS_PERCENT:g} %",
                f"{bias:+.2f} %",
                abs(bias) <= BIAS_PERCENT,
            ),
            Level("truth within the interval of the expected total", "yes", "yes" if within else "no", within),
            Level("truth within the bounds, each year", "yes", "yes" if inside else "no", inside),
            Level("A&E assaults known to police", f"{least:.0%} to {most:.0%}", f"{known:.1%}", least <= known <= most),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain types for JSON."""
        return {
            "seed": self.seed,
            "trained_on_seed": self.trained_on_seed,
            "is_a_test": self.is_a_test,
            "model_version": self.model_version,
            "pairs": self.pairs.to_dict(),
            "pairs_with_age_and_sex": self.pairs_with_age_and_sex.to_dict(),
            "pairs_without_age_and_sex": self.pairs_without_age_and_sex.to_dict(),
            "groups": {name: pairs.to_dict() for name, pairs in self.groups.items()},
            "totals": self.totals,
            "expected_total": {name: round(value) for name, value in self.expected_total.items()},
            "cluster_sizes": {
                name: {str(size): n for size, n in sizes.items()} for name, sizes in self.cluster_sizes.items()
            },
            "known_to_police": {name: round(share, 4) for name, share in self.known_to_police.items()},
            "link_statuses": self.link_statuses,
            "levels": [asdict(level) for level in self.levels],
            "difficulty": [asdict(level) for level in self.difficulty],
        }


def evaluate_events(lake: Lake, truth: Path, pseudonyms: Pseudonyms) -> Evaluation:
    """Link the records of the warehouse, with and without age and sex, and compare the links with the truth.

    `truth` is the folder written by the simulation. Raises NoTruthError and linkage.events.zone.NoEventRecordsError.
    """
    if not (truth / "event_records.parquet").exists():
        raise NoTruthError(
            f"{truth} holds no truth of a simulation. Only a lake made by `vrp sample` can be evaluated."
        )
    records = read_event_records(lake, (*EVENT_RECORD_COLUMNS, "record_id", "district_code", "recorded_date"))
    model = load(EVENT_MODEL)
    found = link_events(records, model)
    without_person = link_events(_without_person(records), model)
    simulation = json.loads((truth / "simulation.json").read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        connection.register("true_records", _keyed(pq.read_table(truth / "event_records.parquet"), pseudonyms))
        connection.register("records", records)
        _compare(connection, found, "found")
        _compare(connection, without_person, "without_person")
        return Evaluation(
            seed=int(simulation["seed"]),
            trained_on_seed=model.get("training", {}).get("simulation_seed"),
            model_version=EVENT_MODEL,
            pairs=_pairs(connection, "found"),
            pairs_with_age_and_sex=_pairs(connection, "found", "age_known_l and age_known_r"),
            pairs_without_age_and_sex=_pairs(connection, "without_person"),
            groups=_groups(connection),
            totals=_totals(connection),
            expected_total=_expected_total(connection),
            cluster_sizes={name: _sizes(connection, column) for name, column in _CLUSTERS},
            known_to_police={name: _matched_share(connection, column) for name, column in _CLUSTERS}
            | {"expected": _expected_share(connection)},
            link_statuses=count_by_link_status(found.links),
            difficulty=measure_difficulty(connection, truth),
        )


_CLUSTERS = (("linked", "incident_id"), ("true", "true_incident"))


def _without_person(records: pa.Table) -> pa.Table:
    for name in ("victim_age", "victim_sex"):
        number = records.schema.get_field_index(name)
        records = records.set_column(number, name, pa.nulls(len(records), records.schema.field(name).type))
    return records


def _keyed(truth: pa.Table, pseudonyms: Pseudonyms) -> pa.Table:
    """Return the truth with the column `record_id`, as bronze identifies each record."""
    keys = truth["key"].to_pylist()
    references = pseudonyms(truth["victim_ref"].combine_chunks()).to_pylist()
    record_ids = [
        f"{key}|{reference or ''}" if feed == POLICE else key
        for feed, key, reference in zip(truth["feed"].to_pylist(), keys, references, strict=True)
    ]
    return truth.append_column("record_id", pa.array(record_ids, pa.string()))


def _compare(connection: duckdb.DuckDBPyConnection, linked: Linked, name: str) -> None:
    """Create a table of every record with its linked and its true incident, and the tables of predicted and true pairs.

    A record that the truth does not know is an incident of its own. Only totals exclude fires.
    """
    connection.register("incidents", linked.incidents)
    connection.execute(f"""
        create table {name} as
        select
            records.*,
            incidents.incident_id,
            incidents.lower_incident_id,
            incidents.upper_incident_id,
            incidents.expected_incidents,
            incidents.expected_variance,
            incidents.known_to_police_probability,
            coalesce(true_records.incident_id, records.event_record_id) as true_incident,
            records.victim_age is not null and records.victim_sex in ('male', 'female') as age_known
        from records
        inner join incidents on records.event_record_id = incidents.event_record_id
        left join (
            select feed, record_id, min(incident_id) as incident_id from true_records group by feed, record_id
        ) as true_records on records.feed = true_records.feed and records.record_id = true_records.record_id
    """)  # noqa: S608 - names of this module
    for kind, column in (("predicted", "incident_id"), ("true", "true_incident")):
        connection.execute(f"""
            create table {name}_{kind} as
            select l.event_record_id as left_id, r.event_record_id as right_id,
                l.feed as feed_l, r.feed as feed_r, l.age_known as age_known_l, r.age_known as age_known_r,
                coalesce(l.victim_age, r.victim_age) as age, coalesce(l.victim_sex, r.victim_sex) as sex,
                coalesce(l.district_code, r.district_code, 'unlocated') as district
            from {name} as l
            inner join {name} as r on l.{column} = r.{column} and l.feed < r.feed
        """)  # noqa: S608


def _pairs(connection: duckdb.DuckDBPyConnection, name: str, condition: str = "true") -> Pairs:
    predicted, true, right = (
        connection.execute(f"select count(*) from {source} where {condition}").fetchall()[0][0]  # noqa: S608
        for source in (
            f"{name}_predicted",
            f"{name}_true",
            f"{name}_predicted semi join {name}_true using (left_id, right_id)",
        )
    )
    return Pairs(predicted, true, right)


def _groups(connection: duckdb.DuckDBPyConnection) -> dict[str, Pairs]:
    band = (
        "case when age is null then 'unknown' when age < 10 then '0-9' when age < 18 then '10-17'"
        " when age < 25 then '18-24' else '25+' end"
    )
    pair = "replace(feed_l || ' and ' || feed_r, '__', ' ')"
    found: dict[str, Pairs] = {}
    for title, column in (
        ("feeds", pair),
        ("sex", "coalesce(sex, 'unknown')"),
        ("age", band),
        ("district", "district"),
    ):
        values = connection.execute(f"select distinct {column} from found_true order by 1").fetchall()  # noqa: S608
        for (value,) in values:
            found[f"{title}: {value}"] = _pairs(connection, "found", f"{column} = '{value}'")
    return found


def _totals(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Count incidents by truth, estimate, lower and upper bound: overall and by financial year of the first record."""
    columns = {
        "true": "true_incident",
        "estimate": "incident_id",
        "lower": "lower_incident_id",
        "upper": "upper_incident_id",
    }
    totals: dict[str, dict[str, int]] = {"all": {}}
    for name, column in columns.items():
        rows = connection.execute(f"""
            with first_records as (
                select {column} as incident, min(recorded_date) as first_recorded from found
                where feed <> 'fire__incidents' group by 1
            )
            select year(first_recorded - interval 3 month) as year, count(*) from first_records group by 1 order by 1
        """).fetchall()  # noqa: S608
        totals["all"][name] = sum(count for _, count in rows)
        for year, count in rows:
            totals.setdefault(f"{year}-{(year + 1) % 100:02d}", {})[name] = count
    return totals


def _expected_total(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Return the expected number of incidents with its 95 % interval: of chance, and of an error of the model."""
    expected, variance, apart = connection.execute("""
        select coalesce(sum(expected_incidents), 0), coalesce(sum(expected_variance), 0),
            count(distinct feed || coalesce(agency_incident, event_record_id))
        from found where feed <> 'fire__incidents'
    """).fetchall()[0]
    half = float(1.96**2 * variance + (MODEL_ERROR * (apart - expected)) ** 2) ** 0.5
    return {"estimate": float(expected), "lower": float(expected) - half, "upper": float(expected) + half}


def _expected_share(connection: duckdb.DuckDBPyConnection) -> float:
    (share,) = connection.execute("""
        select avg(known_to_police_probability) from found where feed = 'health__emergency_attendances'
    """).fetchall()[0]
    return float(share or 0.0)


def _sizes(connection: duckdb.DuckDBPyConnection, column: str) -> dict[int, int]:
    query = f"select size, count(*) from (select count(*) as size from found group by {column}) group by 1 order by 1"  # noqa: S608
    return dict(connection.execute(query).fetchall())


def _matched_share(connection: duckdb.DuckDBPyConnection, column: str) -> float:
    """Return the share of attendances that share an incident with a police record, by the incident id in `column`."""
    counted = connection.execute(f"""
        with known as (select {column} as incident from found where feed = '{POLICE}')
        select count(*), count(*) filter (where {column} in (select incident from known))
        from found where feed = '{EMERGENCY}'
    """).fetchall()[0]  # noqa: S608 - names of this module
    return MatchedShare(*counted).share or 0.0
