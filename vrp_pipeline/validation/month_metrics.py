"""Metrics of a month as a whole: volume and drift against history, and the share of rows without a month.

Volumes are computed from the ledger, drift from the profiles of earlier months that have been ingested. Which values
are acceptable is stated in the suites.
"""

from collections.abc import Iterable, Mapping
from math import sqrt

import pandas as pd

from vrp_pipeline.calendar.history import CHANCE, LEAST_HISTORY, months_before, usual_rows
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.validation.profiles import Profile, drift, slices_in
from vrp_pipeline.validation.slices import extremes


def month_metrics(
    current_deliveries: Mapping[str, Delivery], profiles: Mapping[str, Profile], partitions: Iterable[str]
) -> pd.DataFrame:
    """Return one line of metrics per month, indexed by month.

    rows: rows delivered · usual_rows: median of up to twelve earlier months (NaN with fewer than three) ·
    most_of_usual, least_of_usual: rows as a share of usual_rows, plus or minus the random variation ·
    share_without_month: share of the delivery's rows that belong to none of its months · shift_of_x, blanks_of_x for
    each watched column x: see `profiles.drift`.
    """
    lines = {}
    for partition in partitions:
        delivery = current_deliveries[partition]
        rows = delivery.partitions[partition]
        earlier = months_before(partition, current_deliveries)
        known = usual_rows([current_deliveries[month].partitions[month] for month in earlier])
        usual = float("nan") if known is None else known
        scatter = CHANCE * sqrt(usual)
        before = _enough([profiles[month] for month in earlier if month in profiles])
        lines[partition] = {
            "rows": rows,
            "usual_rows": usual,
            "most_of_usual": (rows + scatter) / usual if usual else float("nan"),
            "least_of_usual": (rows - scatter) / usual if usual else float("nan"),
            "share_without_month": delivery.rows_without_partition / max(delivery.rows, 1),
            **drift(profiles[partition], before),
            **_slices(profiles[partition], before),
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _slices(profile: Profile, before: list[Profile]) -> dict[str, float | int | str | None]:
    lowest, highest = extremes(slices_in(profile), [slices_in(past) for past in before])
    metrics: dict[str, float | int | str | None] = {}
    for name, extreme in (("smallest_slice", lowest), ("largest_slice", highest)):
        metrics |= {
            name: extreme.share if extreme else float("nan"),
            f"{name}_name": extreme.name if extreme else None,
            f"{name}_rows": f"{extreme.rows:,}" if extreme else None,
            f"{name}_usual": f"{extreme.usual:,.0f}" if extreme else None,
        }
    return metrics


def _enough(profiles: list[Profile]) -> list[Profile]:
    return profiles if len(profiles) >= LEAST_HISTORY else []
