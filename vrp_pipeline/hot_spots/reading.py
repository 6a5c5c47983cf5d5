"""Reading the tables of a release that hot spots are judged and drawn from."""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np

from vrp_pipeline.hot_spots.evaluation import Happened
from vrp_pipeline.hot_spots.rankings import Ground

SERIOUS_VIOLENCE, STREET_CRIMES = "serious-violence", "street-crimes"


class NoHexagonsError(RuntimeError):
    """Raised if a release has no hexagons: made before there were any, or without boundaries."""


def read_ground(release: duckdb.DuckDBPyConnection) -> tuple[list[str], Ground]:
    """Return the names of all hexagons in order, and the hexagons. Raises NoHexagonsError."""
    if "dim_hexagon" not in {name for (name,) in release.execute("select table_name from duckdb_tables()").fetchall()}:
        raise NoHexagonsError("this release was made before there were hexagons. Run: vrp run")
    found = release.execute("select hexagon, lsoa_code from dim_hexagon order by hexagon").fetchnumpy()
    names = [str(name) for name in found["hexagon"]]
    if not names:
        raise NoHexagonsError("this release has no hexagons, because no boundaries of small areas are received.")
    axes = np.array([name.split(":") for name in names], dtype=np.int64)
    return names, Ground(
        across=axes[:, 0],
        up=axes[:, 1],
        small_area=np.unique(np.asarray(found["lsoa_code"], dtype=str), return_inverse=True)[1],
    )


def read_happened(release: duckdb.DuckDBPyConnection, names: Sequence[str], events: str) -> Happened:
    """Return what happened in the hexagons of `names` in each received month.

    `events` is serious-violence, the incidents of M8 by the day they happened, or street-crimes, the types of
    data.police.uk nearest to it. Harm of street crimes is 0.
    """
    feed, question = {
        SERIOUS_VIOLENCE: (
            "police__offences",
            "select strftime(occurred_date, '%Y-%m') as month, place_hexagon as hexagon, count(*) as incidents, "
            "sum(coalesce(harm_days, 0)) as harm from fct_serious_violence_incidents "
            "where is_serious_violence_excluding_possession and not coalesce(is_domestic, false) and is_public_place "
            "and place_hexagon is not null and occurred_date is not null group by 1, 2",
        ),
        STREET_CRIMES: (
            "police__street_crimes",
            "select month, hexagon, sum(crimes) as incidents, 0 as harm from fct_street_crimes_by_hexagon "
            "where crime_type in ('Violence and sexual offences', 'Robbery', 'Possession of weapons') group by 1, 2",
        ),
    }[events]
    months = [
        month
        for (month,) in release.execute(
            "select month from fct_feed_months where feed = ? and is_received order by 1", [feed]
        ).fetchall()
    ]
    return happened(release.execute(question).fetchall(), months, names)


def happened(rows: Sequence[tuple[Any, ...]], months: Sequence[str], names: Sequence[str]) -> Happened:
    """Return rows of month, hexagon, incidents and harm as arrays; months and hexagons of no list are left out."""
    month_at = {month: number for number, month in enumerate(months)}
    hexagon_at = {name: number for number, name in enumerate(names)}
    counts, harm = np.zeros((2, len(months), len(names)))
    for month, hexagon, incidents, days in rows:
        if month in month_at and hexagon in hexagon_at:
            counts[month_at[month], hexagon_at[hexagon]] += incidents
            harm[month_at[month], hexagon_at[hexagon]] += days
    return Happened(months, counts, harm)
