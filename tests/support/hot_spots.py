"""Areas of hexagons written by hand, and the models of hot spots run on them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb
import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.weights import W

STEPS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))
Axes = tuple[int, int]


def named(place: Axes) -> str:
    """The name of a hexagon: its axial coordinates."""
    return f"{place[0]}:{place[1]}"


def around(place: Axes) -> list[Axes]:
    """A hexagon and the six that touch it."""
    return [(place[0] + across, place[1] + up) for across, up in STEPS]


def block(width: int, height: int) -> list[Axes]:
    """An area of `height` rows of `width` hexagons."""
    return [(across, up) for up in range(height) for across in range(width)]


def by_esda(hexagons: Sequence[Axes], counts: Mapping[Axes, float]) -> np.ndarray:
    """Gi* of each hexagon, with itself and its neighbours in the area weighing one each."""
    inside = set(hexagons)
    weights = W(
        {place: [near for near in around(place) if near in inside] for place in hexagons}, silence_warnings=True
    )
    values = np.array([counts.get(place, 0) for place in weights.id_order], dtype=float)
    found = G_Local(values, weights, transform="B", permutations=0, star=None)
    z = dict(zip(weights.id_order, found.Zs, strict=True))
    return np.array([z[place] for place in hexagons])


class Area:
    """The hexagons of an area with incidents in them, and what the models make of these."""

    def __init__(self, model: Callable[[str], str], hexagons: Sequence[Axes]) -> None:
        self._model = model
        self._connection = duckdb.connect()
        rows = [{"hexagon": named(place), "across": place[0], "up": place[1]} for place in hexagons]
        self._connection.register("int_hexagons", pd.DataFrame(rows))

    def counts(self, incidents: Mapping[Axes, int]) -> pd.DataFrame:
        """The statistics of each hexagon, by hexagon, with that many incidents in each."""
        return self.incidents((place, "2023-05-01") for place, count in incidents.items() for _ in range(count))

    def incidents(self, incidents: Iterable[tuple[Axes, str]]) -> pd.DataFrame:
        """The statistics of each hexagon, by hexagon, with incidents at these places and days."""
        rows = [
            {"incident_id": f"i{number:06}", "hexagon": named(place), "occurred_date": day}
            for number, (place, day) in enumerate(incidents)
        ]
        planted = pd.DataFrame(rows, columns=["incident_id", "hexagon", "occurred_date"])
        self._connection.register("planted", planted)
        self._connection.execute(
            "create or replace temp table hot_spots__incidents as select incident_id::varchar as incident_id, "
            "hexagon::varchar as hexagon, occurred_date::date as occurred_date, 'located' as place_status, "
            "0::double as harm_days, 'day' as part_of_day, false as is_weekend_night, 1 as year_back from planted"
        )
        return self._ask("hot_spots__hexagons")

    def near_repeats(self) -> pd.DataFrame:
        """The pairs of the incidents planted last, by hexagon."""
        return self._ask("hot_spots__near_repeats")

    def _ask(self, model: str) -> pd.DataFrame:
        found: pd.DataFrame = self._connection.sql(self._model(model)).df().set_index("hexagon")
        return found
