"""What a reader could once work out of a publication, planted in a release: each is hidden, or caught."""

import csv
import dataclasses
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import html_of, rows_of
from tests.support.further_tables import profile, write_tables
from tests.support.publications import publish
from tests.support.releases import DELIVERIES, row, write_release
from vrp_pipeline.disclosure import NHS, PinnedCellError, Position, ProtectedTables, attack, protect
from vrp_pipeline.disclosure.protection import shown_by_rule
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report.content.changes import told
from vrp_pipeline.report.counts.figures import ReleaseContentError
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.counts.revisions import AS_IT_STANDS, AS_PUBLISHED, NOT_TOLD, Step
from vrp_pipeline.report.protection.described import tables_of
from vrp_pipeline.report.protection.positions import METRICS
from vrp_pipeline.report.protection.protecting import protected_reading
from vrp_pipeline.report.protection.statements import without_counts
from vrp_pipeline.report.publication import Publication, description
from vrp_pipeline.report.tables.metrics_files import read_cells
from vrp_pipeline.report.words import CONFIDENTIAL

YEAR = "2023-24"
HAVANT, GOSPORT = ("E07000090", "Havant"), ("E07000088", "Gosport")


def metric(metric_id: str, value: float, base: float = 61.0, **about: Any) -> dict[str, Any]:
    """A figure of crimes of 2023-24."""
    name = {"M1": "Serious violence", "M1b": "Serious violence excluding weapon possession"}[metric_id]
    return row(financial_year=YEAR, metric_id=metric_id, metric_name=name, value=value, base_value=base, **about)


def district(metric_id: str, where: tuple[str, str], value: float, base: float = 61.0) -> dict[str, Any]:
    code, name = where
    return metric(metric_id, value, base, geography_level="district", area_code=code, area_name=name)


def tier(name: str, value: float, base: float = 61.0) -> dict[str, Any]:
    return metric("M1", value, base, breakdown="tier", category=name)


def month(category: str, value: float) -> dict[str, Any]:
    return metric("M1", value, breakdown="month", category=category)


def published(tmp_path: Path, *rows: dict[str, Any], name: str = "r1", **manifest: Any) -> Publication:
    """The publication of a release of these rows; `rows_of_feeds` are the row counts of its manifest."""
    feeds = manifest.pop("rows_of_feeds", None)
    release = write_release(tmp_path / "releases" / name, list(rows), **manifest)
    if feeds:
        held = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        (release / "manifest.json").write_text(json.dumps(held | {"rows": feeds}), encoding="utf-8")
    return publish(release, tmp_path / "published", YEAR)


def everything(made: Publication) -> str:
    """All published text, that of the workbooks included."""
    texts = []
    for path in (each for each in made.path.rglob("*") if each.is_file()):
        if path.suffix in (".xlsx", ".ods"):
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(name).decode("utf-8") for name in archive.namelist()]
        elif path.suffix != ".parquet":
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


def test_a_count_of_1_to_7_stands_nowhere_in_page_chart_alternative_text_or_file(tmp_path: Path) -> None:
    # 100 = 60 + 34 + 6; the page once said "Arson 6" in a table, a bar, its alternative text and a statement.
    made = published(
        tmp_path, metric("M1", 100.0), tier("assault", 60.0), tier("robbery", 34.0), tier("arson", 6.0, 5.0)
    )
    html = html_of(made.path)
    (arson,) = [line for line in rows_of(made.path) if line["category"] == "arson"]
    assert (arson["value"], arson["base_value"], arson["confidential"]) == ("", "", "base_value, value")
    assert arson["statement"] == (
        "A confidential number in 2022-23 and a confidential number in 2023-24 (crimes): "
        "no change is given beside a confidential number."
    )
    alternative = re.search(r'aria-label="(Bar chart[^"]*)"', html)
    assert alternative is not None
    assert "Arson 2023-24: confidential; Arson 2022-23: confidential" in alternative[1]
    assert f'<span aria-hidden="true">{CONFIDENTIAL}</span><span class="hidden">confidential</span>' in html
    assert f"a count of 1 to 7 is confidential and shown as {CONFIDENTIAL}" in html


def test_a_change_tells_nothing_that_the_rounded_counts_do_not(tmp_path: Path) -> None:
    # By hand: 58 on 62 is −6.5 %, but 60 on 60 is no change; a percentage of true counts would tell both of them.
    made = published(tmp_path, metric("M1", 58.0, 62.0))
    (line,) = rows_of(made.path)
    assert (line["value"], line["base_value"], line["change_percent"]) == ("60", "60", "0")
    assert "−6.5%" not in everything(made)


def test_two_releases_that_print_the_same_counts_print_the_same_page(tmp_path: Path) -> None:
    one = published(tmp_path / "a", metric("M1", 58.0, 62.0, victims=64.0), district("M1", HAVANT, 58.0, 62.0))
    other = published(tmp_path / "b", metric("M1", 61.0, 58.0, victims=66.0), district("M1", HAVANT, 61.0, 58.0))
    for name in ("annual_report.html", "metrics.csv", "metrics.parquet"):
        assert (one.path / name).read_bytes() == (other.path / name).read_bytes()


def test_weapon_possession_in_a_district_cannot_be_found_by_subtraction(tmp_path: Path) -> None:
    # 41 with and 38 without possession: 3. As 40 and 40 it may be 0 to 4, and it is attacked though printed nowhere.
    rows = [metric("M1", 241.0), metric("M1b", 200.0), district("M1", HAVANT, 41.0), district("M1b", HAVANT, 38.0)]
    reading = read_release(write_release(tmp_path / "r1", rows), YEAR)
    tables = tables_of(reading)
    (possession,) = [at for at in tables.sensitive() if at.cell[0] == "M1 less M1b" and "E07000090" in at.cell]
    assert tables.cells[possession].count == 3
    assert protect(tables).attack.ranges[possession] == (0, 4)


def test_possession_by_district_is_caught_where_counts_are_not_rounded(tmp_path: Path) -> None:
    rows = [district("M1", HAVANT, 41.0), district("M1b", HAVANT, 38.0)]
    tables = tables_of(read_release(write_release(tmp_path / "r1", rows), YEAR))
    exact = {at: NHS.shown(cell.count or 0) for at, cell in tables.cells.items()}
    from vrp_pipeline.disclosure import EXACT, Shown

    exact |= {at: EXACT.shown(cell.count) for at, cell in tables.cells.items() if cell.is_printed and cell.count}
    exact |= {at: Shown(None, 0, float("inf")) for at, cell in tables.cells.items() if not cell.is_printed}
    found = attack(exact, tables.relations, tables.sensitive())
    with pytest.raises(PinnedCellError, match="M1 less M1b / 2023-24 / district / E07000090"):
        found.refuse_pinned()


def test_a_hidden_tier_is_not_found_from_the_total_and_the_other_tiers(tmp_path: Path) -> None:
    # 38 = 32 + 6 prints as 40 = 30 + [c], from which [c] is 6 or 7: so the 30 is withheld as well.
    made = published(tmp_path, metric("M1", 38.0), tier("assault", 32.0), tier("arson", 6.0))
    held = {line["category"]: (line["value"], line["confidential"]) for line in rows_of(made.path)}
    assert held["all"][0] == "40"
    assert held["assault"] == ("", "value")
    assert held["arson"] == ("", "value")
    assert json.loads((made.path / "provenance.json").read_text())["disclosure"]["withheld"] >= 1


def test_a_number_of_rows_that_repeats_beside_many_figures_tells_none_of_its_months(tmp_path: Path) -> None:
    # One row is put aside in each month: 12 in the year, printed as 10, would leave 1 for each of the hidden months.
    months = [f"2023-{number:02}" for number in range(4, 13)] + [f"2024-{number:02}" for number in range(1, 4)]
    made = published(
        tmp_path,
        metric("M1", 1200.0, 1200.0, quarantined_rows=12.0),
        metric("M1b", 1150.0, 1150.0, quarantined_rows=12.0),
        district("M1", HAVANT, 600.0, 600.0) | {"quarantined_rows": 12.0},
        district("M1", GOSPORT, 600.0, 600.0) | {"quarantined_rows": 12.0},
        tier("assault", 700.0) | {"quarantined_rows": 12.0},
        tier("robbery", 500.0) | {"quarantined_rows": 12.0},
        *(month(each, 100.0) | {"quarantined_rows": 1.0} for each in months),
    )
    held = rows_of(made.path)
    assert len(held) == 18
    assert {(line["quarantined_rows"], "quarantined_rows" in line["confidential"]) for line in held} == {("", True)}


def test_provisional_and_final_rows_of_a_hospital_do_not_tell_of_four_patients(tmp_path: Path) -> None:
    # 143 patients at first, 147 in the end: both are printed as 145.
    admissions = [
        {**DELIVERIES[0], "delivery_id": name * 16, "feed": "health__admissions", "rows": rows, "months": months}
        for name, rows, months in (("5", 143, []), ("6", 147, ["2023-04"]))
    ]
    made = published(
        tmp_path,
        metric("M1", 100.0),
        deliveries=[*DELIVERIES, *admissions],
        rows_of_feeds={"health__admissions": {"read": 290, "bronze": 147, "quarantine": 0, "superseded": 143}},
    )
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    rows = {entry["delivery_id"][0]: entry["rows"] for entry in held["deliveries"] if "health" in entry["feed"]}
    assert rows["5"] == 145
    assert held["rows"]["health__admissions"] == {"read": 290, "bronze": 145, "quarantine": 0, "superseded": 145}
    assert not re.search(r"\b14[37]\b", everything(made))


def test_row_counts_of_a_few_people_are_hidden_on_the_page_and_in_provenance(tmp_path: Path) -> None:
    deliveries = [DELIVERIES[0] | {"rows": 6}, *DELIVERIES[1:]]
    rows = {"police__offences": {"read": 6, "bronze": 4, "quarantine": 2, "superseded": 0}}
    made = published(tmp_path, metric("M1", 100.0), deliveries=deliveries, rows_of_feeds=rows, reached={"incidents": 4})
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    offences = held["rows"]["police__offences"]
    assert {offences[step] for step in ("read", "bronze", "quarantine")} == {CONFIDENTIAL}
    assert held["reached"] == {"incidents": CONFIDENTIAL}
    assert next(d["rows"] for d in held["deliveries"] if d["delivery_id"].startswith("0a1b")) == CONFIDENTIAL


def test_reference_data_and_the_partnerships_own_events_are_printed_as_they_are(
    publications: dict[str, Publication],
) -> None:
    made = publications[YEAR]
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    assert next(d["rows"] for d in held["deliveries"] if d["feed"] == "reference__districts") == 318
    (events,) = [r for r in rows_of(made.path) if (r["metric_id"], r["breakdown"]) == ("M9", "all")]
    assert events["value"] == "314"


@pytest.fixture
def attacks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the attacks on the drafts of this test found, which no published file tells."""
    found: list[dict[str, Any]] = []

    def noted(tables: ProtectedTables) -> dict[str, Any]:
        found.append(dict(summary(tables)))
        return found[-1]

    summary = ProtectedTables.summary
    monkeypatch.setattr(ProtectedTables, "summary", noted)
    return found


def test_a_version_is_attacked_together_with_the_one_before(tmp_path: Path, attacks: list[dict[str, Any]]) -> None:
    published(tmp_path, metric("M1", 54.0), name="r1")
    made = published(tmp_path, metric("M1", 59.0), name="r2")
    assert made.version == 2
    # The change of the count and of the year before are attacked, beside no hidden cell of this version.
    assert attacks[-1]["attacked_not_printed"] == 2
    assert attacks[-1]["narrowest_interval"] == 8


def test_what_is_published_of_the_attack_rests_on_printed_cells_alone(tmp_path: Path) -> None:
    """How many cells were attacked tells whether a hidden one is nought: noughts are not."""
    made = published(tmp_path, metric("M1", 54.0), name="r1")
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    assert set(held["disclosure"]) == {"rule", "cells", "hidden", "rounded", "pinned", "withheld"}
    assert held["disclosure"]["withheld"] is False


def test_what_an_older_version_printed_exactly_is_known_to_the_attacker(
    tmp_path: Path, attacks: list[dict[str, Any]]
) -> None:
    first = published(tmp_path, metric("M1", 54.0), name="r1")
    provenance = json.loads((first.path / "provenance.json").read_text(encoding="utf-8"))
    del provenance["disclosure"]
    (first.path / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    published(tmp_path, metric("M1", 59.0), name="r2")
    assert attacks[-1]["narrowest_interval"] == 4, "58 to 62 less a known number"


def test_a_version_before_the_newest_is_known_to_the_attacker_too(
    tmp_path: Path, attacks: list[dict[str, Any]]
) -> None:
    """Version 1 printed 55 exactly, version 2 printed 60 for 58 to 62: of version 3 the first tells more."""
    first = published(tmp_path, metric("M1", 54.0), name="r1")
    provenance = json.loads((first.path / "provenance.json").read_text(encoding="utf-8"))
    del provenance["disclosure"]
    (first.path / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    published(tmp_path, metric("M1", 59.0), name="r2")
    third = published(tmp_path, metric("M1", 64.0), name="r3")
    assert third.version == 3
    assert attacks[-1]["narrowest_interval"] == 4, "63 to 67 less a known number"
    # The change of this year's count since each version, and of the year before's.
    assert attacks[-1]["attacked_not_printed"] == 4


def test_a_release_taken_up_again_after_a_correction_is_known_to_count_what_it_did(tmp_path: Path) -> None:
    """Version 1 printed 55 exactly, and version 3 is made of the same release: version 2 alone would not tell."""
    first = published(tmp_path, metric("M1", 55.0), name="r1")
    provenance = json.loads((first.path / "provenance.json").read_text(encoding="utf-8"))
    del provenance["disclosure"]
    (first.path / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    second = published(tmp_path, metric("M1", 59.0), name="r2")
    reading = read_release(write_release(tmp_path / "releases" / "r3", [metric("M1", 55.0)]), YEAR)
    same = dataclasses.replace(reading, release_id=provenance["release"])
    tables = tables_of(same, previous=second.path, beside=[first.path])
    # Of the release that version 1 was made of, the count is what it printed; without it, 53 to 57.
    whole = Position(METRICS, ("M1", YEAR, "force", "E23000030", "all", "all", "value"))
    shown = {at: shown_by_rule(tables, at) for at in tables.cells}
    alone = tables_of(same, previous=second.path)
    shown_alone = {at: shown_by_rule(alone, at) for at in alone.cells}
    assert attack(shown, tables.relations, [whole]).ranges[whole] == (55, 55)
    assert attack(shown_alone, alone.relations, [whole]).ranges[whole] == (53, 57)


def test_a_sentence_of_the_release_that_quotes_a_count_is_published_without_it(tmp_path: Path) -> None:
    said = "Incomplete, so no figure is given: 169 crimes of 2023-24 have an offence code that is not known"
    rows = [metric("M1", 100.0), row(financial_year=YEAR, breakdown="tier", category="x", status="incomplete",
                                     statement=f"{said} and could belong here.")]  # fmt: skip
    made = published(tmp_path, *rows)
    assert "too many crimes of 2023-24 have an offence code" in everything(made)
    assert "169 " not in everything(made)


def test_a_number_that_no_rule_covers_stops_the_publication_and_is_not_quoted(tmp_path: Path) -> None:
    odd = row(financial_year=YEAR, status="incomplete", statement="Incomplete: patient 613 is missing.")
    with pytest.raises(ReleaseContentError, match="no rule of disclosure control") as refusal:
        published(tmp_path, odd)
    assert "613" not in str(refusal.value)
    with pytest.raises(ReleaseContentError, match="not a count"):
        published(tmp_path / "other", metric("M1", 12.5))
    assert not (tmp_path / "published" / YEAR / "v1").exists()


def test_every_count_in_metrics_csv_is_0_or_at_least_8_and_a_multiple_of_5(
    publications: dict[str, Publication],
) -> None:
    for made in publications.values():
        with (made.path / METRICS).open(encoding="utf-8", newline="") as file:
            rows = [line for line in csv.DictReader(file) if line["unit"] == "crimes"]
        columns = ("value", "base_value", "victims", "unknown_code_rows", "unlocated_rows", "quarantined_rows")
        counts = [float(line[column]) for line in rows for column in columns if line[column]]
        assert all(count == 0 or (count >= 10 and count % 5 == 0) for count in counts)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            "12 crimes of 2023-24 have an offence code that is not known and could belong here",
            "too many crimes of 2023-24 have an offence code that is not known and could belong here",
        ),
        (
            "7 events of 2023-24 have no number of staff present and could belong here",
            "too many events of 2023-24 have no number of staff present and could belong here",
        ),
        (
            "7 admissions of 2023-24 have no known method of admission and could belong here",
            "too many admissions of 2023-24 have no known method of admission and could belong here",
        ),
        (
            "the weapon of 136 crimes of 2023-24 is not recorded, a greater share than the year before, and they could"
            " belong here",
            "the weapon of too many crimes of 2023-24 is not recorded, a greater share than the year before, and they"
            " could belong here",
        ),
        (" 3 more events have no number of staff present and could belong here.", ""),
        (" 3 more offences have no severity on the scale of the Youth Justice Board and could belong here.", ""),
        (
            "only 61.2% of the crimes of 2023-24 could be placed in an area",
            "too few of the crimes of 2023-24 could be placed in an area",
        ),
        (
            "1,234 of the 2,345 incidents of 2023-24 could not be placed in an area",
            "too many of the incidents of 2023-24 could not be placed in an area",
        ),
        (
            "and the 57 incidents of 2023-24 without an area could belong here",
            "and the incidents of 2023-24 without an area could belong here",
        ),
    ],
)
def test_why_a_figure_is_incomplete_is_said_without_the_counts_behind_it(told: str, shown: str) -> None:
    assert without_counts(told, "M12") == shown


def test_a_phrase_with_a_number_that_no_rule_covers_stops_the_publication() -> None:
    with pytest.raises(ReleaseContentError, match="hold a number"):
        without_counts("7 of them were seen", "M12")


def test_the_version_of_a_definition_is_no_count() -> None:
    told = "No comparison: counted by SV_HIOW v1 in 2022-23 and by SV_HIOW v2 in 2023-24."
    assert without_counts(told, "M1") == told
    with pytest.raises(ReleaseContentError):
        without_counts("SV_HIOW v2 counts 7 more", "M1")


def test_the_change_of_a_category_that_a_spreadsheet_would_run_is_attacked(tmp_path: Path) -> None:
    first = published(tmp_path, metric("M1", 120.0), tier("=Robbery", 41.0), name="r1")
    release = write_release(tmp_path / "releases" / "r2", [metric("M1", 121.0), tier("=Robbery", 42.0)])
    tables = tables_of(read_release(release, YEAR), previous=first.path)
    changed = [at.cell[5] for at in tables.cells if at.table == "change since v1 in metrics.csv" and at.cell[1] == YEAR]
    assert sorted(changed) == ["=Robbery", "all"]


def test_what_the_report_of_another_year_printed_of_the_same_year_is_attacked(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    earlier = {"financial_year": "2022-23", "base_value": 110.0}
    first = write_release(tmp_path / "releases" / "r1", [metric("M1", 120.0, 61.0) | earlier])
    publish(first, lake.published, "2022-23")
    figures = [metric("M1", 130.0, 124.0), metric("M1", 124.0) | earlier]
    second = write_release(tmp_path / "releases" / "r2", figures)
    _, tables = description(lake, second, YEAR)
    changed = [at for at in tables.sensitive() if at.table == "change since v1 of 2022-23 in metrics.csv"]
    assert [at.cell[1] for at in changed] == ["2022-23"]


def test_two_reports_of_one_release_are_known_to_print_the_same_count(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    earlier = metric("M1", 61.0) | {"financial_year": "2022-23", "base_value": 110.0}
    release = write_release(tmp_path / "releases" / "r1", [metric("M1", 130.0, 61.0), earlier])
    publish(release, lake.published, "2022-23")
    _, tables = description(lake, release, YEAR)
    pairs = {frozenset(at.table for at, _ in each.terms) for each in tables.relations if len(each.terms) == 2}
    assert frozenset({"metrics.csv", "v1 of 2022-23 of metrics.csv"}) in pairs


def test_what_the_report_of_a_year_withholds_that_of_the_next_does_not_print(tmp_path: Path) -> None:
    """By hand: 92 victims are printed as 90, so 92 at most.

    Were White printed as 90, so 88 at least, the other four would be 4 together and each 1: so the report of 2022-23
    withholds White. That of 2023-24 has the row too, but prints no victims of 2022-23.
    """
    first, second = "2022-23", "2023-24"
    rows = [
        row(financial_year=first, value=90.0, victims=92.0, statement="No comparison: said."),
        row(financial_year=second, value=150.0, base_value=90.0, victims=160.0, statement="said"),
    ]
    release = write_release(tmp_path / "releases" / "r1", rows)
    groups = ("White", "Asian", "Black", "Mixed", "Other")
    counted = {first: (88, 1, 1, 1, 1), second: (140, 5, 4, 6, 5)}
    profiles = [
        profile(count, "victims", "ethnicity", group, year=year)
        for year, counts in counted.items()
        for group, count in zip(groups, counts, strict=True)
    ]
    write_tables(release, rpt_violence_profile=profiles)
    for year in (first, second):
        made = publish(release, tmp_path / "published", year)
        printed = read_cells((made.path / "violence_profile.csv").read_bytes())
        (white,) = [each for each in printed if (each["category"], each["financial_year"]) == ("White", first)]
        assert (white["value"], white["confidential"]) == ("", "value"), year
    assert [each["victims"] for each in rows_of(tmp_path / "published" / first / "v1")] == ["90"]


def test_a_report_is_published_beside_those_of_the_years_around_it(tmp_path: Path) -> None:
    release = write_release(tmp_path / "releases" / "r1")
    said: list[str] = []
    for year in ("2022-23", "2024-25", YEAR):
        publish(release, tmp_path / "published", year, progress=said.append)
    assert "attacking together with version 1 of 2022-23, version 1 of 2024-25" in said


def test_a_figure_is_printed_rather_than_the_changes_that_would_give_it_away(tmp_path: Path) -> None:
    """By hand: 42 and 12 crimes are printed as 40 and 10, so together at most 54, and 55 says at least 53.

    Were a cancelled crime told, the two versions could only be 54 and 53.
    """
    held = [metric("M1", 54.0), tier("robbery", 42.0), tier("weapon possession", 12.0)]
    first = published(tmp_path, *held, name="r1").path
    held = [metric("M1", 53.0), tier("robbery", 41.0), tier("weapon possession", 12.0)]
    reading = read_release(write_release(tmp_path / "releases" / "r2", held), YEAR)
    ends = [Step(YEAR, "M1", AS_PUBLISHED, 54, 54), Step(YEAR, "M1", AS_IT_STANDS, 53, 53)]
    cancelled = Step(YEAR, "M1", "no longer counted", -1, 1)
    told = tables_of(reading, [ends[0], cancelled, ends[1]], first)
    assert protect(told).withheld
    made = protected_reading(reading, [ends[0], cancelled, ends[1]], first)
    headline = made.figure("M1")
    assert headline is not None
    assert headline.value == 55
    assert [(step.step, step.change, step.crimes) for step in made.steps] == [
        (AS_PUBLISHED, 55, 55), (NOT_TOLD, None, None), (AS_IT_STANDS, 55, 55),
    ]  # fmt: skip
    assert made.disclosure["withheld"] == 0


def test_changes_that_give_no_figure_away_are_told(tmp_path: Path) -> None:
    first = published(tmp_path, metric("M1", 240.0), name="r1").path
    reading = read_release(write_release(tmp_path / "releases" / "r2", [metric("M1", 220.0)]), YEAR)
    steps = [Step(YEAR, "M1", AS_PUBLISHED, 240, 240), Step(YEAR, "M1", "no longer counted", -20, 20),
             Step(YEAR, "M1", AS_IT_STANDS, 220, 220)]  # fmt: skip
    assert [step.change for step in protected_reading(reading, steps, first).steps] == [240, -20, 220]


def test_an_interval_of_few_events_tells_the_dispersion_of_hidden_months_to_a_tenth_only() -> None:
    assert told(1.234, 60.0) == 1.3
    assert told(1.3, 60.0) == 1.3
    assert told(1.0, 60.0) == 1.0
    assert told(1.234, 500.0) == 1.234
