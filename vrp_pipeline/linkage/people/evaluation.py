"""Evaluation of person links against the truth of a simulated partnership, and the difficulty of the records.

A pair is two person records under different agency numbers. It is predicted if both have one person_id, and true if
both belong to one simulated person. It is comparable if both have a name, or a number of the same kind: police and
hospitals deliver no names, so pairs that nothing can join are counted apart from missed ones.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vrp_pipeline.linkage.evaluation import Level, NoTruthError, Pairs, at_least, count_by_link_status
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.people.links import ONE_EACH, link_people
from vrp_pipeline.linkage.people.model import PERSON_MODEL

# Maps numbers of a kind to the pseudonyms by which bronze knows them.
Pseudonyms = Callable[[pa.Array, str], pa.Array]

# Levels required on a simulation that no model was trained on.
PRECISION, RECALL = 0.995, 0.90
RECALL_BY_NAME = 0.85  # docs/linkage.md#difficulty: privacy-preserving record linkage reached 86 %
# Name, SQL condition, SQL of the pairs it applies to, and the minimum share that makes true pairs as difficult as in
# the published study (docs/linkage.md#difficulty).
_DIFFICULTY = (
    ("pairs of two spellings of the forename", "l.forename <> r.forename", "true", 0.15),
    ("pairs of two spellings of the surname", "l.surname <> r.surname", "true", 0.06),
    ("pairs with different postcodes", "l.postcode <> r.postcode", "l.postcode is not null and r.postcode is not null",
     0.20),
    ("pairs without a postcode on one side", "l.postcode is null or r.postcode is null", "true", 0.15),
    ("pairs with a birthday wrong or missing",
     "coalesce(l.birth_day <> r.birth_day or l.birth_month <> r.birth_month, true)", "true", 0.02),
)  # fmt: skip


@dataclass(frozen=True)
class PersonEvaluation:
    """Result of `vrp evaluate linkage` for people. `groups` maps a subgroup (`sex: male`) to its pair counts."""

    trained_on_seed: int | None
    model_version: str
    records: int
    people: dict[str, int]
    pairs: Pairs
    comparable: Pairs
    without_numbers: Pairs
    groups: dict[str, Pairs]
    link_statuses: dict[str, int]
    difficulty: list[Level]

    @property
    def levels(self) -> list[Level]:
        """Return the required levels with the measured values."""
        return [
            at_least("people: precision", self.pairs.precision, PRECISION, digits=4),
            at_least("people: recall of comparable pairs", self.comparable.recall, RECALL),
            at_least("people: precision by name alone", self.without_numbers.precision, PRECISION, digits=4),
            at_least("people: recall by name alone", self.without_numbers.recall, RECALL_BY_NAME),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain types for JSON."""
        return {
            "trained_on_seed": self.trained_on_seed,
            "model_version": self.model_version,
            "records": self.records,
            "people": self.people,
            "pairs": self.pairs.to_dict(),
            "pairs_comparable": self.comparable.to_dict(),
            "pairs_without_numbers": self.without_numbers.to_dict(),
            "groups": {name: pairs.to_dict() for name, pairs in self.groups.items()},
            "link_statuses": self.link_statuses,
            "levels": [asdict(level) for level in self.levels],
            "difficulty": [asdict(level) for level in self.difficulty],
        }


def evaluate_people(people: pa.Table, numbers: pa.Table, truth: Path, pseudonyms: Pseudonyms) -> PersonEvaluation:
    """Link people once as in a run and once without shared numbers, and compare the links with the truth.

    `people` and `numbers` have the schemas PEOPLE and NUMBERS of `people.inputs`; `truth` is the folder written by the
    simulation. Raises NoTruthError.
    """
    if not (truth / "people.parquet").exists():
        raise NoTruthError(
            f"{truth} holds no truth of a simulation. Only a lake made by `vrp sample` can be evaluated."
        )
    model = load(PERSON_MODEL)
    found = link_people(people, numbers, model)
    # Without numbers only records with a name can be linked.
    by_name = link_people(people, numbers.slice(0, 0), model)
    with duckdb.connect() as connection:
        connection.register("people", people)
        connection.register("truth", _keyed(pq.read_table(truth / "people.parquet"), pseudonyms))
        for name, linked in (("found", found), ("by_name", by_name)):
            connection.register("records", linked.records)
            connection.execute(
                f"create table {name} as select records.person_id, truth.* from records join truth using (person_key)"  # noqa: S608
            )
            connection.unregister("records")
        connection.register("numbers", numbers)
        _pair_up(connection)
        named = "left_named and right_named"
        return PersonEvaluation(
            trained_on_seed=model.get("training", {}).get("simulation_seed"),
            model_version=PERSON_MODEL,
            records=people.num_rows,
            people={
                name: connection.execute(f"select count(distinct {column}) from found").fetchall()[0][0]  # noqa: S608
                for name, column in (("linked", "person_id"), ("true", "person"))
            },
            pairs=_pairs(connection, "found", "true"),
            comparable=_pairs(connection, "found", "is_comparable"),
            without_numbers=_pairs(connection, "by_name", named),
            groups=_groups(connection),
            link_statuses=count_by_link_status(found.links),
            difficulty=_difficulty(connection),
        )


def _keyed(truth: pa.Table, pseudonyms: Pseudonyms) -> pa.Table:
    """Return the truth as a table of person_key, as linkage builds it, and person."""
    tables = []
    for kind in truth["kind"].unique().to_pylist():
        of_kind = truth.filter(pc.equal(truth["kind"], kind)).combine_chunks()
        number = pseudonyms(of_kind["number"].combine_chunks(), kind)
        within = of_kind["within"].to_pylist()
        keys = [
            "|".join(part for part in (kind, service, pseudonym) if part is not None)
            for service, pseudonym in zip(within, number.to_pylist(), strict=True)
        ]
        tables.append(pa.table({"person_key": pa.array(keys), "person": of_kind["person"]}))
    return pa.concat_tables(tables)


def _pair_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of true pairs and of the pairs that each linkage predicts."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(ONE_EACH))
    connection.execute(f"""
        create table known as
        select person_key, list(distinct numbered.kind) as kinds
        from (
            select person_key, kind from numbers
            union all select person_key, kind from people where kind in ({kinds})
        ) as numbered
        group by person_key
    """)  # noqa: S608 - names of linkage.people
    for name, column, source in (
        ("true_pairs", "person", "found"),
        ("found_pairs", "person_id", "found"),
        ("by_name_pairs", "person_id", "by_name"),
    ):
        connection.execute(f"""
            create table {name} as
            select l.person_key as left_key, r.person_key as right_key,
                split_part(l.person_key, '|', 1) || ' and ' || split_part(r.person_key, '|', 1) as kinds,
                lp.surname is not null as left_named, rp.surname is not null as right_named,
                (left_named and right_named) or coalesce(list_has_any(lk.kinds, rk.kinds), false) as is_comparable,
                coalesce(lp.sex, rp.sex, 'unknown') as sex,
                coalesce(cast(coalesce(lp.birth_year, rp.birth_year) // 10 * 10 as varchar) || 's', 'unknown') as born
            from {source} as l
            inner join {source} as r on l.{column} = r.{column} and l.person_key < r.person_key
            inner join people as lp on l.person_key = lp.person_key
            inner join people as rp on r.person_key = rp.person_key
            left join known as lk on l.person_key = lk.person_key
            left join known as rk on r.person_key = rk.person_key
        """)  # noqa: S608 - names of this function


def _pairs(connection: duckdb.DuckDBPyConnection, name: str, condition: str) -> Pairs:
    predicted, true, right = (
        connection.execute(f"select count(*) from {source} where {condition}").fetchall()[0][0]  # noqa: S608
        for source in (
            f"{name}_pairs",
            "true_pairs",
            f"{name}_pairs semi join true_pairs using (left_key, right_key)",
        )
    )
    return Pairs(predicted, true, right)


def _groups(connection: duckdb.DuckDBPyConnection) -> dict[str, Pairs]:
    found: dict[str, Pairs] = {}
    for title, column in (("numbers", "kinds"), ("sex", "sex"), ("born in the", "born")):
        values = connection.execute(f"select distinct {column} from true_pairs order by 1").fetchall()  # noqa: S608
        for (value,) in values:
            found[f"{title}: {value}"] = _pairs(connection, "found", f"{column} = '{value}'")
    return found


def _difficulty(connection: duckdb.DuckDBPyConnection) -> list[Level]:
    measured = ", ".join(
        f"avg(case when {among} then case when {condition} then 1e0 else 0e0 end end)"
        for _, condition, among, _ in _DIFFICULTY
    )
    values = connection.execute(f"""
        select {measured} from true_pairs
        inner join people as l on true_pairs.left_key = l.person_key
        inner join people as r on true_pairs.right_key = r.person_key
        where left_named and right_named
    """).fetchall()[0]  # noqa: S608
    levels = [
        Level(name, f"at least {least:.0%}", "none" if value is None else f"{value:.1%}", (value or 0.0) >= least)
        for (name, _, _, least), value in zip(_DIFFICULTY, values, strict=True)
    ]
    (twins,) = connection.execute("""
        select count(*) from people as l inner join people as r
            on l.surname = r.surname and l.birth_year = r.birth_year and l.birth_month = r.birth_month
            and l.birth_day = r.birth_day and l.forename <> r.forename and l.person_key < r.person_key
            and l.kind = 'upn' and r.kind = 'upn'
        anti join true_pairs on l.person_key = true_pairs.left_key and r.person_key = true_pairs.right_key
    """).fetchall()[0]
    return [*levels, Level("pairs of pupils who are twins, or look it", "at least 1", f"{twins:,}", twins >= 1)]
