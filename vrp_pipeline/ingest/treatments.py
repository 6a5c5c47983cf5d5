"""Treatments: the form in which a contract admits a column that could identify somebody.

Pseudonyms themselves are made in `identifiers.pseudonyms`, the schema that follows is in `feeds.bronze_schema`.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.bronze_schema import columns_in_bronze
from vrp_pipeline.feeds.contract.columns import AgeAt, Coarsen, Column, Drop, Identifier, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.identifiers.pseudonyms import pseudonyms


def treated(column: Column, values: pa.Array, key: bytes) -> pa.Array:
    """Return the values as bronze may hold them; a date of birth is treated row by row (`treated_rows`)."""
    match column.treatment:
        case Pseudonymise(kind):
            return pseudonyms(values, kind, key)
        case Coarsen(metres):
            return middle_of_square(values, metres)
        case _:
            return values


def treated_rows(feed: Feed, values: Mapping[str, pa.Array], key: bytes) -> dict[str, pa.Array]:
    """Return the columns of bronze from the treated values of each column: with ages, and restricted people masked."""
    return _masked(feed, _with_ages(feed, values), key)


def _with_ages(feed: Feed, values: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the values of each column, with an age and a year of birth in place of each date of birth."""
    bronze = dict(values)
    for column in feed.columns:
        if isinstance(column.treatment, AgeAt):
            born = bronze.pop(column.name)
            bronze[f"{column.name}_age"] = age_at(born, bronze[column.treatment.event])
            bronze[f"{column.name}_birth_year"] = pc.cast(pc.year(born), pa.int32())
    return bronze


def age_at(born: pa.Array, event: pa.Array) -> pa.Array:
    """Return the age in completed years on the date of the event (int32); null where either date is null.

    A birthday on that date counts. A person born on 29 February has their birthday on 1 March in other years.
    """
    event = pc.cast(event, pa.date32(), safe=False)

    def day_of_year(dates: pa.Array) -> pa.Array:
        return pc.add(pc.multiply(pc.month(dates), 100), pc.day(dates))

    had_birthday = pc.greater_equal(day_of_year(event), day_of_year(born))
    years = pc.subtract(pc.year(event), pc.year(born))
    return pc.cast(pc.subtract(years, pc.cast(pc.invert(had_birthday), pa.int64())), pa.int32())


def middle_of_square(metres: pa.Array, side: int) -> pa.Array:
    """Return the centre of the grid square of `side` metres that contains each coordinate; null stays null."""
    corner = pc.multiply(pc.floor(pc.divide(pc.cast(metres, pa.float64()), float(side))), float(side))
    return pc.cast(pc.add(corner, side / 2), metres.type, safe=False)


def _masked(feed: Feed, bronze: Mapping[str, pa.Array], key: bytes) -> dict[str, pa.Array]:
    """Return the columns without what identifies restricted persons; their key is a pseudonym used nowhere else.

    Identifying columns are those that the contract marks as direct or quasi-identifiers. A flag that is blank or
    unreadable restricts: masked data can be sent again, but a disclosure cannot be undone.
    """
    columns = dict(bronze)
    if not feed.restricted_by:
        return columns
    restricted = pa.array(np.zeros(len(bronze[feed.restricted_by[0]]), dtype=bool))
    for name in feed.restricted_by:
        restricted = pc.or_(restricted, pc.fill_null(bronze[name], True))
    for column in feed.columns:
        if column.identifier is Identifier.NONE or isinstance(column.treatment, Drop):
            continue
        for field in columns_in_bronze(column):
            values = columns[field.name]
            apart = pa.scalar(None, values.type)
            if field.name in feed.natural_key and isinstance(column.treatment, Pseudonymise):
                apart = pseudonyms(values, "restricted", key)
            columns[field.name] = pc.if_else(restricted, apart, values)
    return columns
