"""The facts by which a suite judges a month as a whole: volume and drift against history, rows without a month.

Volumes follow from the ledger; drift from the profiles of the months before, as far as they have been ingested.
"""

from collections.abc import Iterable, Mapping
from math import sqrt

import pandas as pd

from vrp_pipeline.ingest.history import CHANCE, LEAST_HISTORY, months_before, usual_rows
from vrp_pipeline.ingest.profiles import Profile, drift
from vrp_pipeline.landing.ledger import Delivery


def month_facts(winners: Mapping[str, Delivery], profiles: Mapping[str, Profile], parts: Iterable[str]) -> pd.DataFrame:
    """One line per month, indexed by month.

    rows: rows delivered · usual_rows: median of up to twelve months before (NaN with fewer than three) ·
    most_of_usual, least_of_usual: rows as a share of usual_rows, with the scatter of chance added or taken away ·
    share_without_month: share of the whole delivery's rows that belong to none of its months · shift_of_x, blanks_of_x
    for each watched column x: see `profiles.drift`.
    """
    lines = {}
    for part in parts:
        delivery = winners[part]
        rows = delivery.parts[part]
        earlier = months_before(part, winners)
        known = usual_rows([winners[month].parts[month] for month in earlier])
        usual = float("nan") if known is None else known
        scatter = CHANCE * sqrt(usual)
        lines[part] = {
            "rows": rows,
            "usual_rows": usual,
            "most_of_usual": (rows + scatter) / usual if usual else float("nan"),
            "least_of_usual": (rows - scatter) / usual if usual else float("nan"),
            "share_without_month": delivery.rows_without_part / max(delivery.rows, 1),
            **drift(profiles[part], _enough([profiles[month] for month in earlier if month in profiles])),
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _enough(profiles: list[Profile]) -> list[Profile]:
    return profiles if len(profiles) >= LEAST_HISTORY else []
