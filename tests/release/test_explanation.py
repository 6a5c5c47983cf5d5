"""From a figure to what it was counted from: counted anew, and told apart from what lake and code say by now."""

import json
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from vrp_pipeline.cli import main
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, write_verdict
from vrp_pipeline.release.releases import make_release

YEAR = "2023-24"
PROVENANCE: dict[str, Any] = {"as_of": "2024-04-03", "code_version": "0" * 12}


def released(lake: Lake, value: int | None, *, crimes: int = 3, **provenance: Any) -> None:
    """Release a year of M1 with a figure, and crimes to count it from."""
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute(
            "create or replace table rpt_annual_metrics as select 'M1' as metric_id, ? as financial_year, "
            "'force' as geography_level, 'E23000030' as area_code, 'The whole area' as area_name, 'all' as breakdown, "
            "? as value, 'crimes' as unit, ? as status, 'SV v1' as definition_version",
            [YEAR, value, "incomplete" if value is None else "complete"],
        )
        warehouse.execute(
            "create or replace table bridge_metric_feeds as select 'M1' as metric_id, 'police__offences' as feed"
        )
        warehouse.execute(
            "create or replace table bridge_incident_records as "
            "select 'r' || n as event_record_id, 'r' || n as incident_id, 1 as crimes, true as is_serious_violence, "
            "? as financial_year from range(?) as numbered(n)",
            [YEAR, crimes],
        )
        warehouse.execute(
            "create or replace table fct_feed_months as select * from (values "
            "('police__offences', '2023-04', 'received', 'd1', 10::bigint), "
            "('police__offences', '2023-05', 'received', 'd2', 20::bigint)) "
            "as held (feed, month, status, delivery_id, rows_published)"
        )
    make_release(lake, PROVENANCE | provenance)


def explain(lake: Lake, *words: str) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), "explain", "M1", "--year", YEAR, *words])


def recount(lake: Lake) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(lake, "--json").output)["recount"]
    return found


def test_a_figure_that_is_counted_anew_as_it_stands_is_the_same(lake: Lake) -> None:
    released(lake, 3)
    told = explain(lake)
    assert (told.exit_code, "release: 3, the same" in told.output) == (0, True)
    assert recount(lake)["agrees"] is True


@pytest.mark.parametrize(("value", "is_told"), [(3, True), (None, False)])
def test_an_exact_figure_says_why_a_publication_may_print_another(value: int | None, is_told: bool, lake: Lake) -> None:
    released(lake, value)
    assert ("a publication rounds counts, and gives the change of the rounded ones" in explain(lake).output) is is_told


def test_where_there_is_no_figure_none_is_the_same(lake: Lake) -> None:
    released(lake, None)
    told = explain(lake)
    assert told.exit_code == 0
    assert "release: 3, no figure to compare" in told.output
    assert "the same" not in told.output
    assert recount(lake)["agrees"] is None


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_figure_that_cannot_be_counted_anew_ends_with_1(lake: Lake, words: tuple[str, ...]) -> None:
    released(lake, 4)
    told = explain(lake, *words)
    assert told.exit_code == 1
    assert "M1 of 2023-24 is 4 in the release and 3 counted anew" in told.stderr


def verdict(month: str, delivery: str, rows: int, status: Status = Status.PUBLISHED) -> Verdict:
    return Verdict(
        feed="police__offences",
        partition=month,
        status=status,
        delivery_id=delivery,
        file_name="offences.csv",
        rows_read=rows,
        rows_published=0 if status is Status.HELD else rows,
        rows_quarantined=rows if status is Status.HELD else 0,
        rows_per_reason={},
        unmet_expectations=(),
        fingerprint="",
        expectations=(),
    )


# What the calendar of the release tells of.
AS_RELEASED = (verdict("2023-04", "d1", 10), verdict("2023-05", "d2", 20))


@pytest.mark.parametrize(
    ("verdicts", "since"),
    [
        (AS_RELEASED, []),
        (
            (AS_RELEASED[0], verdict("2023-05", "d2", 20, Status.HELD)),
            ["police__offences 2023-05: held; in the release counted"],
        ),
        (
            (AS_RELEASED[0], verdict("2023-05", "d3", 20)),
            ["police__offences 2023-05: counted by delivery d3; in the release by d2"],
        ),
        (
            (AS_RELEASED[0], verdict("2023-05", "d2", 19)),
            ["police__offences 2023-05: 19 rows counted; in the release 20"],
        ),
        (AS_RELEASED[:1], ["police__offences 2023-05: no verdict in the lake; in the release counted"]),
        (
            (*AS_RELEASED, verdict("2023-06", "d4", 30)),
            ["police__offences 2023-06: counted; in the release not received"],
        ),
    ],
)
def test_a_verdict_that_is_not_that_of_the_release_is_told_as_such(
    lake: Lake, verdicts: tuple[Verdict, ...], since: list[str]
) -> None:
    released(lake, 3, code_version=code_version())
    for each in verdicts:
        write_verdict(lake, FEEDS["police__offences"], each)
    assert json.loads(explain(lake, "--json").output)["since"] == since
    assert ("Changed since this release was made" in explain(lake).output) == bool(since)


def test_sql_of_other_code_than_that_of_the_release_is_told_as_such(lake: Lake) -> None:
    released(lake, 3)
    for each in AS_RELEASED:
        write_verdict(lake, FEEDS["police__offences"], each)
    (told,) = json.loads(explain(lake, "--json").output)["since"]
    assert told == f"the SQL is that of code {code_version()}; the release was made by code 000000000000"
