"""Great Expectations' Data Docs page of an ingest: each expectation with what of the run's rows or months breaks it.

Great Expectations judged distinct values; here its results are counted back to rows, and the page is its own.
No value of a row is on it, nor anything that changes when the same deliveries are ingested again.
How the page is drawn is `data_docs_view`'s business, the list of all pages `data_docs_index`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.ledger import Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import UnmetExpectation, exceeds
from vrp_pipeline.validation.judgement import Judgement
from vrp_pipeline.validation.suite import Expectation, ExpectationOutcome

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

# A page is read by a person: so many months or files are named, the others counted.
NAMED = 5


def write_page(lake: Lake, feed: Feed, judgement: Judgement, deliveries: Mapping[str, Delivery]) -> None:
    """Write the page of a run, in place of the feed's page before. `deliveries` gives that of each month judged."""
    from vrp_pipeline.validation.data_docs_view import drawn

    page = drawn(suite_result(feed, judgement, deliveries))
    with replacing(lake.data_docs_page(feed)) as partial:
        partial.write_text(page, encoding="utf-8")


def suite_result(
    feed: Feed, judgement: Judgement, deliveries: Mapping[str, Delivery]
) -> "ExpectationSuiteValidationResult":
    """The run as Great Expectations' validation result of the feed's suite, in rows and months.

    Its run is named after the months and has the moment at which the newest of their deliveries was received.
    """
    import great_expectations as gx
    from great_expectations.core import ExpectationSuiteValidationResult

    results = [_result(outcome, judgement.unmet_expectations) for outcome in judgement.outcomes]
    kept = sum(bool(result.success) for result in results)
    received = max(delivery.received_at for delivery in deliveries.values()).astimezone(UTC)
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
            "run_id": {"run_name": months_in_words(sorted(deliveries)), "run_time": received.isoformat()},
            "batch_spec": {
                "data_asset_name": feed.title,
                "deliveries": _few(files),
                "rows read": f"{sum(delivery.partitions[partition] for partition, delivery in deliveries.items()):,}",
            },
        },
    )


def months_in_words(partitions: Sequence[str]) -> str:
    """The months of a run, few by name, many from first to last: `24 months, 2022-04 to 2024-03`."""
    if len(partitions) <= NAMED:
        return ", ".join(partitions)
    return f"{len(partitions)} months, {partitions[0]} to {partitions[-1]}"


def _result(
    outcome: ExpectationOutcome, unmet_expectations: Mapping[str, Sequence[UnmetExpectation]]
) -> "ExpectationValidationResult":
    """What became of one expectation. It is kept if no month of the run breaks it beyond what the suite tolerates."""
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    expectation = outcome.expectation
    found = [
        (partition, each)
        for partition in sorted(unmet_expectations)
        for each in unmet_expectations[partition]
        if each.expectation == expectation.name
    ]
    told = {
        "Expectation": f"{expectation.name} ({_consequence(expectation)})",
        "Broken in": _few(list(_months_broken(expectation.level, found))) or "no month",
        "What to do": expectation.remedy if found else "",
    }
    config = ExpectationConfiguration(
        type=expectation.configuration["type"], kwargs=dict(expectation.configuration["kwargs"]), meta={"told": told}
    )
    kept = not any(_beyond_tolerance(unmet) for _, unmet in found)
    return ExpectationValidationResult(success=kept, expectation_config=config, result=_counts(outcome))


def _counts(outcome: ExpectationOutcome) -> dict[str, Any]:
    """Great Expectations' counts and percentages, of all rows (or months) of the run.

    As it has them, `unexpected_percent` is of the rows spoken of, the share that `mostly` speaks of.
    """
    rows, spoken_of, broken = len(outcome.spoken_of), int(outcome.spoken_of.sum()), len(outcome.broken)
    counts = {
        "element_count": rows,
        "unexpected_count": broken,
        "unexpected_percent": _percent(broken, spoken_of),
        "unexpected_percent_total": _percent(broken, rows),
        "unexpected_percent_nonmissing": _percent(broken, spoken_of),
    }
    if not outcome.expectation.speaks_of_blanks:
        counts |= {"missing_count": rows - spoken_of, "missing_percent": _percent(rows - spoken_of, rows)}
    return counts


def _months_broken(level: str, found: Sequence[tuple[str, UnmetExpectation]]) -> Iterator[str]:
    """In which months the expectation is broken and how far, the worst first."""
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


def _few(texts: Sequence[str]) -> str:
    more = f"; and {len(texts) - NAMED:,} more" if len(texts) > NAMED else ""
    return "; ".join(texts[:NAMED]) + more


def _percent(partition: int, whole: int) -> float:
    return 100.0 * partition / whole if whole else 0.0
