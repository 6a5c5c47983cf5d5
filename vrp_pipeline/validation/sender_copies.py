"""Rows that two senders have alike: a sheet that was copied for another district and not filled in.

Where each sender numbers its own rows, the copies have keys of their own and would count twice. What is tolerated is in
the suite.
"""

from itertools import combinations
from typing import Any

import pandas as pd
import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed

# So many different rows are alike by no chance: each has a number and a time.
LEAST_COPIED = 3


def sender_copy_metrics(feed: Feed, rows: pa.Table, senders: "pd.Categorical[Any]") -> dict[str, float | str | None]:
    """Return the largest share of a sender's different rows that another has too, how many these are, and whose.

    Rows are alike if all columns but that of the sender are. The share is that of the sender with fewer rows, and NaN
    where no two have at least three.
    """
    columns = [
        column.name for column in feed.columns if column.name in rows.column_names and column.name != feed.sender
    ]
    hashes = pd.util.hash_pandas_object(rows.select(columns).to_pandas(), index=False)
    of_sender = {str(name): set(each) for name, each in hashes.groupby(pd.Series(senders), observed=True) if name}
    found = [
        (len(of_sender[one] & of_sender[other]) / fewer, len(of_sender[one] & of_sender[other]), f"{one} and {other}")
        for one, other in combinations(sorted(of_sender), 2)
        if (fewer := min(len(of_sender[one]), len(of_sender[other]))) >= LEAST_COPIED
    ]
    if not found:
        return {"share_of_two_senders": float("nan"), "rows_of_two_senders": 0.0, "two_senders": None}
    share, shared, names = max(found)
    return {"share_of_two_senders": share, "rows_of_two_senders": float(shared), "two_senders": names}
