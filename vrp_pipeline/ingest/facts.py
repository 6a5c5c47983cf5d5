"""The facts of a month that a suite judges as a whole: its volume against its feed's history, and what has no month.

Everything here follows from the ledger, so a month is judged alike whichever other months are ingested with it.
"""

from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import median

import pandas as pd

from vrp_pipeline.landing.ledger import Delivery

HISTORY_MONTHS = 12
# With fewer earlier months there is no "usual" to compare with.
LEAST_HISTORY = 3
# Counts of independent events scatter by the square root of their size; three times that happens by chance
# in one month of four hundred, so small feeds are not held for being small.
CHANCE = 3.0


def month_facts(winners: Mapping[str, Delivery], parts: Iterable[str]) -> pd.DataFrame:
    """One line per month, indexed by month.

    rows: rows delivered · usual_rows: median of up to twelve months before (NaN with fewer than three) ·
    most_of_usual, least_of_usual: rows as a share of usual_rows, with the scatter of chance added or taken away ·
    share_without_month: share of the whole delivery's rows that belong to none of its months.
    """
    months = sorted(winners)
    lines = {}
    for part in parts:
        delivery = winners[part]
        rows = delivery.parts[part]
        before = [winners[month].parts[month] for month in months if month < part][-HISTORY_MONTHS:]
        usual = float(median(before)) if len(before) >= LEAST_HISTORY else float("nan")
        scatter = CHANCE * sqrt(usual) if len(before) >= LEAST_HISTORY else float("nan")
        lines[part] = {
            "rows": rows,
            "usual_rows": usual,
            "most_of_usual": (rows + scatter) / usual if usual else float("nan"),
            "least_of_usual": (rows - scatter) / usual if usual else float("nan"),
            "share_without_month": delivery.rows_without_part / max(delivery.rows, 1),
        }
    return pd.DataFrame.from_dict(lines, orient="index")
