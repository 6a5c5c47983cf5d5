"""The judgement of months: which rows are quarantined, and which months are held.

A critical row expectation quarantines the rows that do not meet it, up to the tolerance of the suite; beyond that the
month is held. A critical month expectation holds the month; a warning is only reported. A month's judgement depends on
its own rows and metrics alone, whichever other months are judged with it. Evaluating expectations belongs to `suite`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.verdicts import UnmetExpectation, exceeds
from vrp_pipeline.validation.reasons import Reasons
from vrp_pipeline.validation.suite import ExpectationOutcome, outcomes_of_months, outcomes_of_rows

# Faults found in conforming, as columns that row expectations can expect to be null.
UNREADABLE = "unreadable"
FAULT_COLUMNS = (UNREADABLE, "contradictory", "copies", "conflicts")
EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class Judgement:
    """The result for the rows of one run.

    `reasons` (string, one value per row, null where the row passes) says why a row is quarantined. `unmet_expectations`
    gives those of each month, `expectations` the names of all that were evaluated, `outcomes` the outcome of each in
    Great Expectations.
    """

    reasons: pa.Array
    unmet_expectations: dict[str, tuple[UnmetExpectation, ...]]
    expectations: tuple[str, ...]
    outcomes: tuple[ExpectationOutcome, ...]


def judge(feed: Feed, rows: pa.Table, partition_of_row: pd.Categorical, metrics: pd.DataFrame) -> Judgement:
    """Judge the rows of all months of a run at once.

    `rows` has the bronze columns and FAULT_COLUMNS (string, null where there is no fault). `partition_of_row` gives the
    month of each row; `metrics` has one line per month, indexed by month. Raises SuiteError if the feed's suite cannot
    be evaluated.
    """
    reasons = Reasons(rows.num_rows)
    for name in FAULT_COLUMNS:
        reasons.add_texts(rows[name].combine_chunks())
    source_rows = rows["source_row"].to_numpy()
    unmet_expectations: dict[str, list[UnmetExpectation]] = {partition: [] for partition in metrics.index}
    of_rows = outcomes_of_rows(feed, rows)
    for outcome in of_rows:
        if outcome.expectation.critical and outcome.expectation.column not in FAULT_COLUMNS:
            reasons.add(outcome.broken, outcome.expectation.reason)
        for partition, unmet in _unmet_by_rows(outcome, partition_of_row, source_rows, rows):
            unmet_expectations[partition].append(unmet)
    of_months = outcomes_of_months(feed, metrics)
    for outcome in of_months:
        for month in outcome.broken:
            unmet_expectations[str(metrics.index[month])].append(
                _unmet_by_month(outcome, metrics.iloc[month].to_dict())
            )
    outcomes = of_rows + of_months
    return Judgement(
        reasons.to_array(),
        {partition: tuple(found) for partition, found in unmet_expectations.items()},
        tuple(outcome.expectation.name for outcome in outcomes),
        tuple(outcomes),
    )


def _unmet_by_rows(
    outcome: ExpectationOutcome, months: pd.Categorical, source_rows: np.ndarray, rows: pa.Table
) -> list[tuple[str, UnmetExpectation]]:
    """Return the unmet row expectation for each month in which any row fails it."""
    if not len(outcome.broken):
        return []
    expectation = outcome.expectation
    judged = np.bincount(months.codes[outcome.evaluated], minlength=len(months.categories))
    month_of_broken = months.codes[outcome.broken]
    found = []
    for month in np.unique(month_of_broken):
        broken = outcome.broken[month_of_broken == month]
        share = float(len(broken) / judged[month])
        examples = tuple(int(row) for row in source_rows[broken[:EXAMPLE_ROWS]])
        why = f", most often: {_most_frequent(rows, broken)}" if expectation.column == UNREADABLE else ""
        unmet = UnmetExpectation(
            expectation=expectation.name,
            reason=f"{expectation.reason} in {len(broken):,} rows ({share:.1%}), first in row {examples[0]}{why}",
            remedy=expectation.remedy,
            rows=len(broken),
            share=round(share, 6),
            tolerance=expectation.tolerance,
            holds=expectation.critical and exceeds(share, expectation.tolerance),
            example_rows=examples,
            warning=not expectation.critical,
        )
        found.append((str(months.categories[month]), unmet))
    return found


def _most_frequent(rows: pa.Table, broken: np.ndarray) -> str:
    """Return the most frequent of the faults of cells in the broken rows; of equally many the first noted."""
    counts = Counter[str]()
    for pair in pc.value_counts(rows[UNREADABLE].take(pa.array(broken)).combine_chunks()).to_pylist():
        for fault in dict.fromkeys(pair["values"].split("; ")):
            counts[fault] += pair["counts"]
    return counts.most_common(1)[0][0]


def _shown(name: str, value: Any) -> str:
    """Return a metric as text; counts of rows may be floats, as all numbers of a line of metrics."""
    if not isinstance(value, int | float):
        return str(value)
    if name.startswith("share_"):
        return f"{value:.1%}"
    return f"{value:,.0f}" if name.startswith("rows") or name == "usual_rows" else f"{value:,.3g}"


def _rows_of(metric: str) -> str:
    """Return the metric that counts the rows of which a share is judged (`rows_ahead` of `share_ahead`), else all."""
    return metric.replace("share_", "rows_", 1) if metric.startswith("share_") else "rows"


def _unmet_by_month(outcome: ExpectationOutcome, metrics: Mapping[str, Any]) -> UnmetExpectation:
    expectation = outcome.expectation
    shown = {name: _shown(name, value) for name, value in metrics.items()}
    return UnmetExpectation(
        expectation=expectation.name,
        reason=expectation.reason.format(**shown),
        remedy=expectation.remedy,
        rows=int(metrics[_rows_of(expectation.column)]),
        share=1.0,
        tolerance=0.0,
        holds=expectation.critical,
        warning=not expectation.critical,
    )
