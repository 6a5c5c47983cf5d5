"""People written by hand, encoded as for a run, in the columns that linkage reads."""

from typing import Any

import pyarrow as pa

from vrp_pipeline.linkage.people.encodings import Encoder
from vrp_pipeline.linkage.people.inputs import NUMBERS, PEOPLE

Told = dict[str, Any]


def person(key: str, name: str = "", born: str = "", home: str = "", *, sex: str = "male", **numbers: str) -> Told:
    """Somebody by an agency's number (`crn|a1`): forename and surname, born YYYY-MM-DD, and home; blank is unknown."""
    forename, _, surname = name.rpartition(" ")
    return {"key": key, "forename": forename, "surname": surname, "born": born, "home": home, "sex": sex,
            "numbers": numbers}  # fmt: skip


def tables(*told: Told) -> tuple[pa.Table, pa.Table]:
    """Both tables, as `linkage.people.inputs.identities` returns them."""
    encoder = Encoder()

    def texts(cells: list[str]) -> pa.Array:
        return pa.array([cell or None for cell in cells], pa.string())

    def told_of(name: str) -> pa.Array:
        return texts([row[name] for row in told])

    born = [row["born"].split("-") if row["born"] else ("", "", "") for row in told]
    encoded = encoder.person(
        forenames=told_of("forename"), surnames=told_of("surname"), postcodes=told_of("home"),
        months=texts([month.lstrip("0") for _, month, _ in born]), days=texts([day.lstrip("0") for *_, day in born]),
    )  # fmt: skip
    columns = {
        "person_key": pa.array([row["key"] for row in told]),
        "kind": pa.array([row["key"].partition("|")[0] for row in told]),
        "birth_year": pa.array([int(year) if year else None for year, *_ in born], pa.int32()),
        "sex": told_of("sex"),
        **encoded,
    }
    people = pa.table([columns[name] for name in PEOPLE.names], schema=PEOPLE).sort_by("person_key")
    numbers = [
        {"person_key": row["key"], "kind": kind, "number": number}
        for row in told
        for kind, number in row["numbers"].items()
    ]
    return people, pa.Table.from_pylist(numbers, schema=NUMBERS)
