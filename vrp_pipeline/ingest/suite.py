"""Judging months with Great Expectations: which rows break a promise, and which months break too many.

The rules stand in `expectations/<feed>.json` and nowhere else. A rule is `of` rows or `of` months (its `meta` says
which): row rules see the conformed rows, month rules see one line of facts per month. A critical row rule sends
the rows that break it to quarantine, up to the share that its `mostly` leaves; beyond it the month is held.
A critical month rule holds the month. A warning only reports.

Every run is one batch, not one batch a month: Great Expectations spends 13 ms on each expectation of each batch,
whatever its size, which is 2 s for 24 months of six rules against 1 s for the 324,000 rows themselves.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.conform import ConformedTable
from vrp_pipeline.lake.paths import EXPECTATIONS
from vrp_pipeline.lake.verdicts import Finding

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

# What conforming found, as columns that row rules can promise to be null.
FAULT_COLUMNS = ("unreadable", "copies", "conflicts")
EXAMPLE_ROWS = 5
# Indices and counts only: no value of a row enters a result, a log or Dagster's storage.
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


class SuiteError(RuntimeError):
    """A suite that cannot be applied: a rule without its meta, or one that Great Expectations cannot evaluate."""


@dataclass(frozen=True)
class Judgement:
    """The result for the rows of one run.

    `reasons` (object array, one per row, None where the row passes) says why a row goes to quarantine.
    `findings` gives the broken promises of each month, `rules` the names of all that were applied.
    """

    reasons: np.ndarray
    findings: dict[str, tuple[Finding, ...]]
    rules: tuple[str, ...]


def read_suite(feed: Feed) -> dict[str, Any]:
    """The feed's suite as JSON. Raises SuiteError if a rule does not say what it is of, its reason and remedy."""
    path = EXPECTATIONS / f"{feed.name}.json"
    suite: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for rule in suite["expectations"]:
        if not {"of", "rule", "reason", "remedy"} <= set(rule.get("meta", {})):
            raise SuiteError(f"{path.name}: {rule['type']} needs meta with 'of', 'rule', 'reason' and 'remedy'")
    return suite


def judge(feed: Feed, conformed: ConformedTable, part_of_row: np.ndarray, facts: pd.DataFrame) -> Judgement:
    """Judge the rows of all months of a run at once.

    `part_of_row` (object array) names each row's month; `facts` has one line per month, indexed by month.
    A month's judgement depends on its own rows and facts alone.
    """
    suite = read_suite(feed)
    frame = _frame(conformed, suite)
    reasons: dict[int, list[str]] = {int(row): [text] for row, text in _conform_reasons(conformed)}
    findings: dict[str, list[Finding]] = {part: [] for part in facts.index}
    for result in _validate(frame, suite, "row"):
        meta = result["meta"]
        rows = np.asarray(result["rows"], dtype=np.int64)
        if not len(rows):
            continue
        if result["severity"] == "critical" and result["column"] not in FAULT_COLUMNS:
            for row in rows:
                reasons.setdefault(int(row), []).append(meta["reason"])
        judged = _judged_rows(frame, result, part_of_row)
        for part in sorted(set(part_of_row[rows])):
            broken = rows[part_of_row[rows] == part]
            source_rows = conformed.rows["source_row"].take(pa.array(broken[:EXAMPLE_ROWS])).to_pylist()
            findings[part].append(_finding(result, broken=len(broken), judged=judged[part], source_rows=source_rows))
    for result in _validate(facts.reset_index(drop=True), suite, "month"):
        meta = result["meta"]
        for row in result["rows"]:
            part = str(facts.index[row])
            findings[part].append(
                Finding(
                    rule=meta["rule"],
                    reason=_with_facts(meta["reason"], facts.iloc[row].to_dict()),
                    remedy=meta["remedy"],
                    rows=int(facts.iloc[row]["rows"]),
                    share=1.0,
                    tolerance=0.0,
                    holds=result["severity"] == "critical",
                    warning=result["severity"] != "critical",
                )
            )
    texts = np.full(len(frame), None, dtype=object)
    for row, found in reasons.items():
        texts[row] = "; ".join(found)
    rules = tuple(rule["meta"]["rule"] for rule in suite["expectations"])
    return Judgement(texts, {part: tuple(found) for part, found in findings.items()}, rules)


def _frame(conformed: ConformedTable, suite: Mapping[str, Any]) -> pd.DataFrame:
    """The columns the row rules speak of: Great Expectations hashes every column it is given."""
    named = {rule["kwargs"].get("column") for rule in suite["expectations"] if rule["meta"]["of"] == "row"}
    table = conformed.rows.select([name for name in conformed.rows.column_names if name in named])
    for name in FAULT_COLUMNS:
        table = table.append_column(name, getattr(conformed, name))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _conform_reasons(conformed: ConformedTable) -> list[tuple[int, str]]:
    texts: dict[int, list[str]] = {}
    for name in FAULT_COLUMNS:
        column: pa.Array = getattr(conformed, name)
        if column.null_count < len(column):
            for row in np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False)):
                texts.setdefault(int(row), []).append(column[int(row)].as_py())
    return [(row, "; ".join(found)) for row, found in texts.items()]


def _judged_rows(frame: pd.DataFrame, result: Mapping[str, Any], part_of_row: np.ndarray) -> Mapping[str, int]:
    """How many rows of each month the rule spoke of: blanks are passed over, except by a rule on blanks."""
    speaks_of_all = result["type"] in ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")
    spoken_of = np.ones(len(frame), dtype=bool) if speaks_of_all else frame[result["column"]].notna().to_numpy()
    return dict(Counter(part_of_row[spoken_of].tolist()))


def _finding(result: Mapping[str, Any], *, broken: int, judged: int, source_rows: Sequence[int]) -> Finding:
    meta = result["meta"]
    critical = result["severity"] == "critical"
    share = broken / judged
    tolerance = round(1 - result["mostly"], 6)
    return Finding(
        rule=meta["rule"],
        reason=f"{meta['reason']} in {broken:,} rows ({share:.1%}), first in row {source_rows[0]}",
        remedy=meta["remedy"],
        rows=broken,
        share=round(share, 6),
        tolerance=tolerance,
        holds=critical and share > tolerance + 1e-9,
        example_rows=tuple(source_rows),
        warning=not critical,
    )


def _with_facts(text: str, facts: Mapping[str, Any]) -> str:
    return text.format(
        **{name: f"{value:,.3g}" if isinstance(value, float) else value for name, value in facts.items()}
    )


def _validate(frame: pd.DataFrame, suite: Mapping[str, Any], of: str) -> list[dict[str, Any]]:
    """Each rule of one level with the rows of `frame` that break it."""
    rules = [rule for rule in suite["expectations"] if rule["meta"]["of"] == of]
    if not rules or frame.empty:
        return []
    import great_expectations as gx

    batch = _batch(frame)
    outcome = batch.validate(
        gx.ExpectationSuite(name=f"{suite['name']} of {of}", expectations=rules), result_format=RESULT_FORMAT
    )
    results = []
    for result in outcome.results:
        configuration = result.expectation_config.to_json_dict()
        if result.exception_info.get("raised_exception", False) or "unexpected_index_list" not in result.result:
            raise SuiteError(f"{suite['name']}: rule '{configuration['meta']['rule']}' could not be evaluated")
        results.append(
            {
                "meta": configuration["meta"],
                "type": configuration["type"],
                "severity": configuration.get("severity", "critical"),
                "column": configuration["kwargs"]["column"],
                "mostly": configuration["kwargs"].get("mostly", 1.0),
                "rows": result.result["unexpected_index_list"],
            }
        )
    return results


def _batch(frame: pd.DataFrame) -> "Batch":
    asset = _context().data_sources.get("pandas").get_asset("frame")
    return asset.get_batch_definition("whole").get_batch(batch_parameters={"dataframe": frame})


@lru_cache(maxsize=1)
def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    context.data_sources.add_pandas("pandas").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
    return context
