"""The Data Docs page of an ingest: each expectation with the rows or months of the run that do not meet it.

Holds the conversion of a judgement to Great Expectations' validation result. Great Expectations evaluates distinct
values; here its results are converted to counts of rows. The page holds no value of a row and nothing that changes
when the same deliveries are ingested again. Rendering belongs to `data_docs_view`, the index to `data_docs_index`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.ledger import Delivery, WithoutMonth
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.lake.verdicts import UnmetExpectation, exceeds
from vrp_pipeline.validation.judgement import Judgement
from vrp_pipeline.validation.suite import Expectation, ExpectationOutcome

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

# Months or files listed by name on a page; the remaining ones are counted.
NAMED = 5


def write_page(lake: Lake, feed: Feed, judgement: Judgement, standings: Mapping[str, Standing]) -> None:
    """Write the page of a run, replacing the feed's previous page.

    `standings` gives the deliveries of each month validated.
    """
    from vrp_pipeline.validation.data_docs_view import drawn

    page = drawn(suite_result(feed, judgement, standings))
    with replacing(lake.data_docs_page(feed)) as partial:
        partial.write_text(page, encoding="utf-8")


def suite_result(
    feed: Feed, judgement: Judgement, standings: Mapping[str, Standing]
) -> "ExpectationSuiteValidationResult":
    """Return the run as Great Expectations' validation result of the feed's suite, counted in rows and months.

    The run is named after its months; its time is the receipt of the newest of their deliveries, in UTC.
    """
    import great_expectations as gx
    from great_expectations.core import ExpectationSuiteValidationResult

    results = [_result(outcome, judgement.unmet_expectations) for outcome in judgement.outcomes]
    kept = sum(bool(result.success) for result in results)
    received = max(standing.received_at for standing in standings.values()).astimezone(UTC)
    deliveries = {delivery.delivery_id: delivery for each in standings.values() for delivery in each.deliveries}
    files = list(dict.fromkeys(delivery.file_name for delivery in deliveries.values()))
    return ExpectationSuiteValidationResult(
        success=kept == len(results),
        results=results,
        suite_name=feed.name,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": kept,
            "unsuccessful_expectations": len(results) - kept,
            "success_percent": 100.0 * kept / len(results) if results else None,
        },
        meta={
            "great_expectations_version": gx.__version__,
            "validation_time": f"{received:%Y%m%dT%H%M%S.%fZ}",
            "run_id": {"run_name": months_in_words(sorted(standings)), "run_time": received.isoformat()},
            "batch_spec": {
                "data_asset_name": feed.title,
                "deliveries": _few(files),
                "rows read": f"{sum(standing.rows for standing in standings.values()):,}",
                "rows of no month": _few(_without_month(list(deliveries.values()))) or "none",
            },
        },
    )


def months_in_words(partitions: Sequence[str]) -> str:
    """Return the months of a run in words: up to five by name, more as a range (`24 months, 2022-04 to 2024-03`)."""
    if len(partitions) <= NAMED:
        return ", ".join(partitions)
    return f"{len(partitions)} months, {partitions[0]} to {partitions[-1]}"


def _result(
    outcome: ExpectationOutcome, unmet_expectations: Mapping[str, Sequence[UnmetExpectation]]
) -> "ExpectationValidationResult":
    """Return the result of one expectation; it succeeds if no month of the run exceeds the suite's tolerance."""
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    expectation = outcome.expectation
    found = [
        (partition, each)
        for partition in sorted(unmet_expectations)
        for each in unmet_expectations[partition]
        if each.expectation == expectation.name
    ]
    details = {
        "Expectation": f"{expectation.name} ({_consequence(expectation)})",
        "Broken in": _few(list(_months_broken(expectation.level, found))) or "no month",
        "What to do": expectation.remedy if found else "",
    }
    config = ExpectationConfiguration(
        type=expectation.configuration["type"],
        kwargs=dict(expectation.configuration["kwargs"]),
        meta={"details": details},
    )
    kept = not any(_beyond_tolerance(unmet) for _, unmet in found)
    return ExpectationValidationResult(success=kept, expectation_config=config, result=_counts(outcome))


def _counts(outcome: ExpectationOutcome) -> dict[str, Any]:
    """Return Great Expectations' counts and percentages over all rows (or months) of the run.

    As in Great Expectations, `unexpected_percent` is a share of the evaluated rows, to which `mostly` also refers.
    """
    rows, evaluated, broken = len(outcome.evaluated), int(outcome.evaluated.sum()), len(outcome.broken)
    counts = {
        "element_count": rows,
        "unexpected_count": broken,
        "unexpected_percent": _percent(broken, evaluated),
        "unexpected_percent_total": _percent(broken, rows),
        "unexpected_percent_nonmissing": _percent(broken, evaluated),
    }
    if not outcome.expectation.applies_to_blanks:
        counts |= {"missing_count": rows - evaluated, "missing_percent": _percent(rows - evaluated, rows)}
    return counts


def _months_broken(level: str, found: Sequence[tuple[str, UnmetExpectation]]) -> Iterator[str]:
    """Yield the months that do not meet the expectation and by how much, the worst first."""
    for partition, unmet in sorted(found, key=lambda pair: (not _beyond_tolerance(pair[1]), -pair[1].share, pair[0])):
        if level == "month":
            yield f"{partition}: {unmet.reason}"
        else:
            within = "" if _beyond_tolerance(unmet) else ", tolerated"
            yield f"{partition}: {unmet.rows:,} rows, {unmet.share:.1%}{within}"


def _consequence(expectation: Expectation) -> str:
    beyond = f" beyond {expectation.tolerance:.1%} of its rows" if expectation.level == "row" else ""
    if not expectation.critical:
        return f"warns{beyond}"
    return f"{'sets the row aside, ' if expectation.level == 'row' else ''}holds the month{beyond}"


def _beyond_tolerance(unmet: UnmetExpectation) -> bool:
    return exceeds(unmet.share, unmet.tolerance)


def _without_month(deliveries: Sequence[Delivery]) -> list[str]:
    """Return the rows that belong to no month of their delivery, by cause."""
    counts = {cause: sum(delivery.rows_put_aside(cause) for delivery in deliveries) for cause in WithoutMonth}
    return [f"{rows:,} {cause}" for cause, rows in counts.items() if rows]


def _few(texts: Sequence[str]) -> str:
    more = f"; and {len(texts) - NAMED:,} more" if len(texts) > NAMED else ""
    return "; ".join(texts[:NAMED]) + more


def _percent(count: int, whole: int) -> float:
    return 100.0 * count / whole if whole else 0.0
