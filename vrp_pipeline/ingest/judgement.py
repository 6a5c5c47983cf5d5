"""Judging months: which rows go to quarantine, and which months break too many promises to be counted.

A critical row rule sends the rows that break it to quarantine, up to the share that the suite tolerates; beyond it
the month is held. A critical month rule holds the month. A warning only reports. A month's judgement depends on its
own rows and facts alone, whichever other months are judged with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.conform import ConformedTable
from vrp_pipeline.ingest.suite import Outcome, outcomes_of_months, outcomes_of_rows
from vrp_pipeline.lake.verdicts import Finding, exceeds

# What conforming found, as columns that row rules can promise to be null.
FAULT_COLUMNS = ("unreadable", "copies", "conflicts")
EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class Judgement:
    """The result for the rows of one run.

    `reasons` (object array, one per row, None where the row passes) says why a row goes to quarantine.
    `findings` gives the broken promises of each month, `rules` the names of all that were applied, `outcomes` what
    Great Expectations said of each.
    """

    reasons: np.ndarray
    findings: dict[str, tuple[Finding, ...]]
    rules: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def judge(feed: Feed, conformed: ConformedTable, part_of_row: pd.Categorical, facts: pd.DataFrame) -> Judgement:
    """Judge the rows of all months of a run at once.

    `part_of_row` names each row's month; `facts` has one line per month, indexed by month.
    """
    rows = conformed.rows
    for name in FAULT_COLUMNS:
        rows = rows.append_column(name, getattr(conformed, name))
    reasons = _conform_reasons(conformed)
    findings: dict[str, list[Finding]] = {part: [] for part in facts.index}
    of_rows = tuple(outcomes_of_rows(feed, rows))
    for outcome in of_rows:
        if outcome.rule.critical and outcome.rule.column not in FAULT_COLUMNS:
            for row in outcome.broken:
                reasons.setdefault(int(row), []).append(outcome.rule.reason)
        for part, finding in _row_findings(outcome, part_of_row, conformed):
            findings[part].append(finding)
    of_months = tuple(outcomes_of_months(feed, facts))
    for outcome in of_months:
        for month in outcome.broken:
            findings[str(facts.index[month])].append(_month_finding(outcome, facts.iloc[month].to_dict()))
    texts = np.full(rows.num_rows, None, dtype=object)
    for row, found in reasons.items():
        texts[row] = "; ".join(found)
    outcomes = of_rows + of_months
    return Judgement(
        texts,
        {part: tuple(found) for part, found in findings.items()},
        tuple(outcome.rule.name for outcome in outcomes),
        outcomes,
    )


def _conform_reasons(conformed: ConformedTable) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    for name in FAULT_COLUMNS:
        column = getattr(conformed, name)
        if column.null_count < len(column):
            for row in np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False)):
                reasons.setdefault(int(row), []).append(column[int(row)].as_py())
    return reasons


def _row_findings(outcome: Outcome, months: pd.Categorical, conformed: ConformedTable) -> list[tuple[str, Finding]]:
    """What one rule found in each month in which any row breaks it."""
    if not len(outcome.broken):
        return []
    rule = outcome.rule
    judged = np.bincount(months.codes[outcome.spoken_of], minlength=len(months.categories))
    month_of_broken = months.codes[outcome.broken]
    source_rows = conformed.rows["source_row"].to_numpy()
    found = []
    for month in np.unique(month_of_broken):
        broken = outcome.broken[month_of_broken == month]
        share = float(len(broken) / judged[month])
        examples = tuple(int(row) for row in source_rows[broken[:EXAMPLE_ROWS]])
        finding = Finding(
            rule=rule.name,
            reason=f"{rule.reason} in {len(broken):,} rows ({share:.1%}), first in row {examples[0]}",
            remedy=rule.remedy,
            rows=len(broken),
            share=round(share, 6),
            tolerance=rule.tolerance,
            holds=rule.critical and exceeds(share, rule.tolerance),
            example_rows=examples,
            warning=not rule.critical,
        )
        found.append((str(months.categories[month]), finding))
    return found


def _month_finding(outcome: Outcome, facts: Mapping[str, Any]) -> Finding:
    rule = outcome.rule
    shown = {name: f"{value:,.3g}" if isinstance(value, float) else value for name, value in facts.items()}
    return Finding(
        rule=rule.name,
        reason=rule.reason.format(**shown),
        remedy=rule.remedy,
        rows=int(facts["rows"]),
        share=1.0,
        tolerance=0.0,
        holds=rule.critical,
        warning=not rule.critical,
    )
