"""Linkage inputs of the person model: numbers as pseudonyms, and names, dates of birth and postcodes as encodings.

Bronze holds no names, so names, dates of birth and postcodes of the rows in bronze are read from their deliveries again
and encoded (`encodings`). The result stays in memory: it is written to no file, log or database on disk. Restricted
people are excluded.
"""

from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import ColumnType, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.values import read_texts
from vrp_pipeline.linkage.people.encodings import ENCODED, Encoder

PEOPLE = pa.schema(
    {"person_key": pa.string(), "kind": pa.string(), "birth_year": pa.int32(), "sex": pa.string(), **ENCODED}
)
NUMBERS = pa.schema([("person_key", pa.string()), ("kind", pa.string()), ("number", pa.string())])


class NoDeliveryError(RuntimeError):
    """Bronze holds rows of a delivery that is no longer in landing."""


class Identities(NamedTuple):
    """Every person an agency knows by a number of its own, and every other number they are known by.

    `people` has the schema PEOPLE in order of person_key: the `kind` of number (crn, upn, …), a bar, and the parts of
    the key. `numbers` has the schema NUMBERS: pseudonyms of numbers that other agencies may use too.
    """

    people: pa.Table
    numbers: pa.Table


def feeds_of_people() -> list[Feed]:
    """Return the feeds whose rows identify people."""
    return [feed for feed in FEEDS.values() if feed.people]


def bronze_of_people(lake: Lake) -> list[Path]:
    """Return the bronze files of those feeds."""
    return [path for feed in feeds_of_people() for path in published_partitions(lake, feed).values()]


def identities(lake: Lake) -> Identities:
    """Read the people in bronze, each as described by their newest row. Raises NoDeliveryError."""
    encoder = Encoder()
    with duckdb.connect() as connection:
        # Without a temporary directory DuckDB fails if memory runs out, instead of spilling identifiers to disk.
        connection.execute("set temp_directory = ''")
        connection.register("no_people", PEOPLE.empty_table())
        connection.register("no_numbers", NUMBERS.empty_table())
        connection.execute("create table people as from no_people; create table numbers as from no_numbers")
        for feed in feeds_of_people():
            if partitions := [str(path) for path in published_partitions(lake, feed).values()]:
                for person in feed.people:
                    _take(connection, lake, feed, person, partitions, encoder)
        columns = ", ".join(f"any_value({name}) as {name}" for name in ENCODED)
        people = connection.sql(
            f"select person_key, kind, min(birth_year) as birth_year, min(sex) as sex, {columns} "  # noqa: S608
            "from people group by person_key, kind order by person_key"
        ).to_arrow_table()
        numbers = connection.sql("select distinct * from numbers order by all").to_arrow_table()
    return Identities(people.cast(PEOPLE), numbers.cast(NUMBERS))


def kind_of(feed: Feed, column: str) -> str:
    """Return the kind of number that a pseudonymised column of a feed holds."""
    treatment = feed.by_name[column].treatment
    assert isinstance(treatment, Pseudonymise)
    return treatment.kind


def _take(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    feed: Feed,
    person: Person,
    partitions: list[str],
    encoder: Encoder,
) -> None:
    """Add the people of one role in one feed to the tables `people` and `numbers`."""
    kind = kind_of(feed, person.key[-1])
    _read_bronze(connection, feed, person, partitions, kind)
    for name in person.numbers:
        connection.execute(
            f"insert into numbers select distinct person_key, '{kind_of(feed, name)}', {name} from person_rows "  # noqa: S608
            f"where {name} is not null"
        )
    if person.is_named:
        _add_named(connection, lake, feed, person, kind, encoder)
    else:
        connection.execute(
            f"insert into people (person_key, kind, birth_year, sex) select person_key, '{kind}', birth_year, sex "  # noqa: S608
            "from newest"
        )


def _read_bronze(
    connection: duckdb.DuckDBPyConnection, feed: Feed, person: Person, partitions: list[str], kind: str
) -> None:  # fmt: skip
    """Create the tables `person_rows` (every row with a person key) and `newest` (the deciding row of each person)."""
    sexes = " ".join(
        f"when '{code}' then '{meaning.split()[0]}'"
        for code, meaning in (feed.by_name[person.sex].codes.items() if person.sex else ())
        if meaning.split()[0] in ("female", "male")
    )
    conditions = " and ".join(
        [f"{name} is not null" for name in person.key] + [f"{name} is false" for name in feed.restricted_by]
    )
    numbers = "".join(f", {name}" for name in person.numbers)
    connection.execute(
        f"""
        create or replace temp table person_rows as
        select
            '{kind}|' || concat_ws('|', {", ".join(person.key)}) as person_key,
            cast({feed.partition_name} as varchar) as partition,
            delivery_id,
            source_row,
            {f"{person.born}_birth_year" if person.born else "cast(null as integer)"} as birth_year,
            {f"case {person.sex} {sexes} end" if sexes else "cast(null as varchar)"} as sex{numbers}
        from read_parquet(?, hive_partitioning = true)
        where {conditions}
        """,  # noqa: S608 - names and codes of contracts
        [partitions],
    )
    # A person with several rows is described by the newest one, preferring rows with a date of birth.
    connection.execute("""
        create or replace temp table newest as
        select person_key, delivery_id, source_row, birth_year, sex from person_rows
        qualify row_number() over (
            partition by person_key order by birth_year is null, partition desc, source_row desc
        ) = 1
    """)


def _add_named(
    connection: duckdb.DuckDBPyConnection, lake: Lake, feed: Feed, person: Person, kind: str, encoder: Encoder
) -> None:
    """Add the people of `newest` with the encoded identifiers from their deliveries."""
    names = ", ".join(ENCODED)
    by_id = {delivery.delivery_id: delivery for delivery in deliveries(lake, feed)}
    wanted = connection.execute("select delivery_id, list(source_row) from newest group by 1 order by 1").fetchall()
    for delivery_id, rows in wanted:
        if delivery_id not in by_id:
            raise NoDeliveryError(
                f"{feed.name} rests on delivery {delivery_id}, which is not in {lake.landing}. Put landing/ back: it "
                "cannot be made again."
            )
        encoded = pa.concat_tables(
            _encoded(feed, person, table.texts, table.source_rows, rows, encoder)
            for table in read(feed, by_id[delivery_id].path(lake), columns=person.encoded, rows=rows)
        )
        connection.register("encoded", encoded)
        connection.execute(
            f"insert into people (person_key, kind, birth_year, sex, {names}) "  # noqa: S608
            f"select person_key, '{kind}', birth_year, sex, {names} from newest join encoded using (source_row) "
            "where delivery_id = ?",
            [delivery_id],
        )
        connection.unregister("encoded")


def _encoded(
    feed: Feed, person: Person, texts: pa.Table, source_rows: np.ndarray, rows: list[int], encoder: Encoder
) -> pa.Table:
    """Return the encoded identifiers of the given rows of a delivered table."""
    positions = np.flatnonzero(np.isin(source_rows, np.array(rows)))
    texts = texts.take(pa.array(positions)).combine_chunks()

    def cells(name: str | None) -> pa.Array:
        return texts[name].combine_chunks() if name else pa.nulls(len(positions), pa.string())

    forenames, surnames = (
        _halves(cells(person.full_name)) if person.full_name else (cells(person.forename), cells(person.surname))
    )
    born, _ = read_texts(cells(person.born), ColumnType.DATE, excel_dates=feed.is_workbook)
    encoded = encoder.person(
        forenames=forenames,
        surnames=surnames,
        postcodes=cells(person.postcode),
        months=pc.cast(pc.month(born), pa.string()),
        days=pc.cast(pc.day(born), pa.string()),
    )
    return pa.table({"source_row": pa.array(source_rows[positions], pa.int32()), **encoded})


def _halves(names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Split full names into forenames and surname; the surname is the last word."""
    words = [(name or "").split() for name in names.to_pylist()]
    return (
        pa.array([" ".join(word[:-1]) or None for word in words], pa.string()),
        pa.array([word[-1] if word else None for word in words], pa.string()),
    )
