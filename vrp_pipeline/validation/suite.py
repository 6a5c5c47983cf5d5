"""Evaluation of a feed's suite with Great Expectations: each expectation and the rows or months that fail it.

Expectations are stored in `expectations/<feed>.json` and nowhere else. Their `meta` gives the level: `row` expectations
are evaluated on conformed rows, `month` expectations on one line of metrics per month. The consequences of an unmet
expectation belong to `judgement`.

A row expectation evaluates each value of one column by itself, so Great Expectations is given the column's distinct
values and its result is applied to every row with that value. Each expectation costs 13 ms whatever its size, half of
them for the rows that fail it, and each frame is hashed twice: so columns with few values share a frame, and the rows
are asked for only where any fail.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import EXPECTATIONS

# Indices and counts only: no value of a row enters a result, a log or Dagster's storage.
COUNTS = {"result_format": "BASIC", "exclude_unexpected_values": True}
ROWS = {"result_format": "COMPLETE", "exclude_unexpected_values": True, "return_unexpected_index_query": False}
# Columns with at most this many distinct values are evaluated in one frame.
FEW_VALUES = 5_000
BLANKS = ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")
# Expectations that judge each value by itself, whatever the other rows hold: only their result for the distinct values
# of a column is that for its rows. Uniqueness, shares, sums and pairs of columns could never fail that way.
JUDGE_VALUES_ALONE = frozenset(
    {
        *BLANKS,
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_not_match_regex",
    }
)


class SuiteError(RuntimeError):
    """Raised if a suite cannot be evaluated: an expectation lacks its meta, or Great Expectations fails on it."""


@dataclass(frozen=True)
class Expectation:
    """One expectation of a suite. `level` is row or month; `tolerance` is the share of rows that may fail it."""

    name: str
    level: str
    column: str
    reason: str
    remedy: str
    critical: bool
    tolerance: float
    applies_to_blanks: bool
    configuration: dict[str, Any]


@dataclass(frozen=True)
class ExpectationOutcome:
    """The outcome of one expectation: which rows (or months) were evaluated and which of them fail.

    `broken` holds row numbers; `evaluated` is a Boolean per row. Blanks are not evaluated, except by an expectation on
    blanks.
    """

    expectation: Expectation
    broken: np.ndarray
    evaluated: np.ndarray


@dataclass(frozen=True)
class _EncodedColumn:
    """A column as its distinct values, blanks among them, and the place of each row's value among those."""

    values: pa.Array
    codes: np.ndarray

    def frame_of(self, name: str, length: int) -> pd.Series:
        """Return the distinct values as a column of a frame; the last is repeated until it has `length` rows."""
        last = max(len(self.values) - 1, 0)
        padded = self.values.take(pa.array(np.minimum(np.arange(length), last)))
        return pd.Series(padded.to_pandas(date_as_object=False), name=name)


def read_expectations(feed: Feed) -> tuple[Expectation, ...]:
    """Return the expectations of the feed's suite. Raises SuiteError if one lacks its level, name, reason or remedy."""
    path = EXPECTATIONS / f"{feed.name}.json"
    return _expectations(path.name, path.read_text("utf-8"))


@lru_cache(maxsize=64)
def _expectations(file_name: str, suite: str) -> tuple[Expectation, ...]:
    return tuple(_expectation(file_name, configuration) for configuration in json.loads(suite)["expectations"])


def outcomes_of_rows(feed: Feed, rows: pa.Table) -> list[ExpectationOutcome]:
    """Return the outcome of each row expectation of the feed on `rows`."""
    expectations = [expectation for expectation in read_expectations(feed) if expectation.level == "row"]
    if not rows.num_rows:
        return []
    columns = {name: _encoded(rows[name]) for name in dict.fromkeys(expectation.column for expectation in expectations)}
    few = [name for name, column in columns.items() if len(column.values) <= FEW_VALUES]
    broken: dict[str, np.ndarray] = {}
    for names in (few, *([name] for name in columns if name not in few)):
        length = max((len(columns[name].values) for name in names), default=0)
        frame = pd.DataFrame({name: columns[name].frame_of(name, length) for name in names})
        broken |= _broken(feed, [expectation for expectation in expectations if expectation.column in names], frame)
    return [
        _outcome_of_rows(each, column, broken[each.name])
        for name, column in columns.items()
        for each in expectations
        if each.column == name
    ]


def outcomes_of_months(feed: Feed, metrics: pd.DataFrame) -> list[ExpectationOutcome]:
    """Return the outcome of each month expectation of the feed on `metrics`, one line per month."""
    expectations = [expectation for expectation in read_expectations(feed) if expectation.level == "month"]
    broken = _broken(feed, expectations, metrics.reset_index(drop=True))
    return [
        ExpectationOutcome(each, broken[each.name], metrics[each.column].notna().to_numpy())
        for each in expectations
        if each.name in broken
    ]


def _encoded(column: pa.ChunkedArray) -> _EncodedColumn:
    values = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    return _EncodedColumn(values.dictionary, values.indices.to_numpy())


def _outcome_of_rows(expectation: Expectation, column: _EncodedColumn, broken: np.ndarray) -> ExpectationOutcome:
    """Return the outcome for rows from the places of the distinct values that fail."""
    evaluated = np.ones(len(column.codes), dtype=bool)
    if not expectation.applies_to_blanks and column.values.null_count:
        evaluated = ~column.values.is_null().to_numpy(zero_copy_only=False)[column.codes]
    fails = np.zeros(len(column.values), dtype=bool)
    fails[broken[broken < len(fails)]] = True
    return ExpectationOutcome(
        expectation, np.flatnonzero(fails[column.codes]) if fails.any() else broken[:0], evaluated
    )


def _expectation(file_name: str, configuration: dict[str, Any]) -> Expectation:
    meta, kwargs = configuration.get("meta", {}), configuration.get("kwargs", {})
    if configuration["type"] not in JUDGE_VALUES_ALONE:
        raise SuiteError(
            f"{file_name}: {configuration['type']} is not on the list of expectations that judge each value by itself "
            f"({', '.join(sorted(JUDGE_VALUES_ALONE))}); judged on distinct values it could not fail. Use one of them, "
            "or a month metric."
        )
    if "column" not in kwargs:
        raise SuiteError(f"{file_name}: {configuration['type']} names no column in its kwargs")
    if not {"level", "name", "reason", "remedy"} <= set(meta):
        raise SuiteError(f"{file_name}: {configuration['type']} needs meta with 'level', 'name', 'reason' and 'remedy'")
    return Expectation(
        name=meta["name"],
        level=meta["level"],
        column=kwargs["column"],
        reason=meta["reason"],
        remedy=meta["remedy"],
        critical=configuration.get("severity", "critical") == "critical",
        tolerance=round(1 - kwargs.get("mostly", 1.0), 6),
        applies_to_blanks=configuration["type"] in BLANKS,
        configuration=configuration,
    )


def _broken(feed: Feed, expectations: Sequence[Expectation], frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the rows of the frame that fail each expectation, by its name; none if there is nothing to evaluate."""
    if not expectations or frame.empty:
        return {}
    counts = _validate(feed, expectations, frame, COUNTS)
    failed = [expectation for expectation in expectations if counts[expectation.name]["unexpected_count"]]
    rows = _validate(feed, failed, frame, ROWS) if failed else {}
    return {
        expectation.name: np.asarray(
            rows[expectation.name]["unexpected_index_list"] if expectation.name in rows else [], dtype=np.int64
        )
        for expectation in expectations
    }


def _validate(
    feed: Feed, expectations: Sequence[Expectation], frame: pd.DataFrame, result_format: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return Great Expectations' result for each expectation, by its name."""
    import great_expectations as gx

    asset = _context().data_sources.get("pandas").get_asset("frame")
    batch = asset.get_batch_definition("whole").get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(
        name=feed.name, expectations=[expectation.configuration for expectation in expectations]
    )
    results: dict[str, dict[str, Any]] = {}
    for result in batch.validate(suite, result_format=result_format).results:
        name = result.expectation_config.meta["name"]
        if result.exception_info.get("raised_exception", False) or "unexpected_count" not in result.result:
            raise SuiteError(f"{feed.name}: expectation '{name}' could not be evaluated")
        results[name] = result.result
    return results


@lru_cache(maxsize=1)
def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    context.data_sources.add_pandas("pandas").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
    return context
