"""Metrics of a month as a whole: volume and drift against history, and the share of rows without a month.

Volumes are computed from the ledger, drift from the profiles of earlier months that have been ingested. Which values
are acceptable is stated in the suites.
"""

from collections.abc import Iterable, Mapping
from math import sqrt

import pandas as pd

from vrp_pipeline.calendar.history import CHANCE, LEAST_HISTORY, months_before, usual_rows
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.validation.profiles import Profile, drift


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
        lines[partition] = {
            "rows": rows,
            "usual_rows": usual,
            "most_of_usual": (rows + scatter) / usual if usual else float("nan"),
            "least_of_usual": (rows - scatter) / usual if usual else float("nan"),
            "share_without_month": delivery.rows_without_partition / max(delivery.rows, 1),
            **drift(profiles[partition], _enough([profiles[month] for month in earlier if month in profiles])),
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _enough(profiles: list[Profile]) -> list[Profile]:
    return profiles if len(profiles) >= LEAST_HISTORY else []
