"""A draft is published when two people other than its author approved its very bytes and its time has come."""

import datetime as dt
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.further_tables import places, release
from tests.support.publications import AUTHOR, FIRST, SECOND, publish
from tests.support.releases import row, write_release
from vrp_pipeline.cli.main import main
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import POINTER
from vrp_pipeline.report import draft
from vrp_pipeline.report.approval import drafts, gate
from vrp_pipeline.report.approval.drafts import Person
from vrp_pipeline.report.approval.gate import GateError
from vrp_pipeline.report.approval.notices import NoReasonError, NoSuchVersionError, listed, withdraw
from vrp_pipeline.report.approval.programme import ProgrammeError, read_programme
from vrp_pipeline.report.approval.versions import version_folder, versions
from vrp_pipeline.report.commentary.screening import PersonalTextError
from vrp_pipeline.report.commentary.texts import CommentaryError, check_withdrawal
from vrp_pipeline.report.counts.figures import ReleaseContentError
from vrp_pipeline.report.publication import Publication

YEAR = "2023-24"
BEFORE = dt.datetime(2026, 7, 9, 8, 29, tzinfo=dt.UTC)
AT = dt.datetime(2026, 7, 9, 8, 30, tzinfo=dt.UTC)  # 09:30 in London, where it is summer
THURSDAY = dt.date(2026, 7, 9)
DRAFTED = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


def contents(folder: Path) -> dict[Path, bytes]:
    """The files of a folder and their bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def drafted(tmp_path: Path, value: float = 3104.0, name: str = "r1", **about: Any) -> tuple[Lake, Publication]:
    """A lake and the draft of a release of one figure."""
    manifest = {"is_simulated": about.pop("is_simulated", True)}
    rows = [row(financial_year=YEAR, value=value, base_value=3260.0)]
    release = write_release(tmp_path / "releases" / name, rows, **manifest)
    lake = Lake(tmp_path)
    return lake, draft(lake, release, YEAR, AUTHOR, **{"now": DRAFTED, **about})


def test_a_draft_stands_outside_the_folder_that_is_served(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    assert made.path == lake.drafts / YEAR / "v1"
    assert not lake.published.exists()
    assert versions(lake, YEAR) == []


def test_one_approval_publishes_nothing_and_the_second_publishes_the_bytes_that_were_read(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    read = contents(made.path)
    gate.approve(lake, YEAR, FIRST)
    assert gate.publish(lake, YEAR) is None
    gate.approve(lake, YEAR, SECOND)
    published = gate.publish(lake, YEAR)
    assert published == lake.published / YEAR / "v1"
    assert contents(published) == read
    assert drafts.read_draft(lake, YEAR) is None


@pytest.mark.parametrize(
    "person", [AUTHOR, Person("ada  AUTHOR", "other"), FIRST, Person("Ben Bell", "another"), Person(" ", "x")]
)
def test_the_author_and_who_approved_already_do_not_count(tmp_path: Path, person: Person) -> None:
    lake, _ = drafted(tmp_path)
    gate.approve(lake, YEAR, FIRST)
    with pytest.raises(GateError):
        gate.approve(lake, YEAR, person)
    assert gate.publish(lake, YEAR) is None


def test_of_real_data_one_account_may_not_approve_under_another_name(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path, is_simulated=False)
    with pytest.raises(GateError, match="account of their own"):
        gate.approve(lake, YEAR, Person("Dee Dale", AUTHOR.login))


def test_a_changed_draft_loses_its_approvals_and_an_equal_one_keeps_them(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path)
    gate.approve(lake, YEAR, FIRST)
    _, same = drafted(tmp_path, name="r2")
    assert not same.is_new
    assert same.draft is not None
    assert [each.person for each in same.draft.approvals] == [FIRST]
    _, other = drafted(tmp_path, 3000.0, name="r3")
    assert other.draft is not None
    assert (other.version, other.is_new, other.draft.approvals) == (1, True, ())


def test_another_day_of_publication_is_a_change_too(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path, on=THURSDAY)
    gate.approve(lake, YEAR, FIRST)
    _, later = drafted(tmp_path, name="r2", on=dt.date(2026, 7, 16))
    assert later.draft is not None
    assert later.draft.approvals == ()


def test_a_file_changed_by_hand_after_approval_is_not_published(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    gate.approve(lake, YEAR, FIRST)
    (made.path / "metrics.csv").write_bytes(b"changed")
    with pytest.raises(GateError, match="changed by hand"):
        gate.approve(lake, YEAR, SECOND)
    with pytest.raises(GateError, match="changed by hand"):
        gate.publish(lake, YEAR)


def test_an_approval_of_a_draft_that_is_another_by_now_is_refused(tmp_path: Path) -> None:
    lake, first = drafted(tmp_path)
    assert first.draft is not None
    drafted(tmp_path, 3000.0, name="r2")
    with pytest.raises(GateError, match="Read it again"):
        gate.approve(lake, YEAR, FIRST, draft_id=first.draft.id)


@pytest.mark.parametrize(("current", "is_told"), [("r1", False), ("r2", True)])
def test_who_approves_is_told_of_a_newer_release_than_that_of_the_draft(
    tmp_path: Path, current: str, is_told: bool
) -> None:
    lake, _ = drafted(tmp_path)
    write_release(tmp_path / "releases" / "r2", [row(financial_year=YEAR, value=3099.0, base_value=3260.0)])
    (lake.releases / POINTER).write_text(json.dumps({"release": current}), encoding="utf-8")
    result = CliRunner().invoke(main, ["--lake", str(tmp_path), "approve", YEAR, "--by", "Ben Bell"])
    assert result.exit_code == 0, result.output
    assert ("was made from release r1; the current one is r2" in result.output) is is_told


def test_an_approved_draft_waits_for_half_past_nine_in_london(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path, is_simulated=False, on=THURSDAY)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    assert gate.publish(lake, YEAR, BEFORE) is None
    assert gate.publish(lake, YEAR, AT) == lake.published / YEAR / "v1"
    assert "Published at 9.30am on 9 July 2026." in (lake.published / YEAR / "v1" / "annual_report.html").read_text()
    assert made.draft is not None
    assert "09:30 on 9 July 2026" in made.draft.waits_for(BEFORE)


def test_a_draft_whose_day_is_over_is_not_published_and_is_made_anew_with_another_day(tmp_path: Path) -> None:
    """Its page names the day."""
    lake, first = drafted(tmp_path, is_simulated=False, on=THURSDAY)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    saturday = dt.datetime(2026, 7, 11, 22, 41, tzinfo=dt.UTC)
    assert gate.publish(lake, YEAR, saturday) is None
    assert first.draft is not None
    assert "9 July 2026 has passed: run vrp publish 2023-24 again" in first.draft.waits_for(saturday)
    _, again = drafted(tmp_path, is_simulated=False, name="r2", now=saturday)
    assert again.draft is not None
    # The next planned day: the third Thursday of November.
    assert (again.draft.publish_at, again.draft.approvals) == ("2026-11-19T09:30:00+00:00", ())
    # The evening of the day itself is not too late.
    assert first.draft.is_due(dt.datetime(2026, 7, 9, 22, 59, tzinfo=dt.UTC))
    assert not first.draft.is_due(dt.datetime(2026, 7, 9, 23, tzinfo=dt.UTC))


def test_a_draft_is_approved_and_published_beside_those_versions_alone_that_its_attack_knew(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path)
    rows = [row(financial_year="2024-25", value=3000.0, base_value=3104.0)]
    release = write_release(tmp_path / "releases" / "next", rows, is_simulated=True)
    draft(lake, release, "2024-25", AUTHOR, now=DRAFTED)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    gate.approve(lake, "2024-25", FIRST)
    assert gate.publish(lake, YEAR) is not None
    for act in (lambda: gate.approve(lake, "2024-25", SECOND), lambda: gate.publish(lake, "2024-25")):
        with pytest.raises(GateError, match="no other year; now 2023-24/v1 are public"):
            act()
    again = draft(lake, release, "2024-25", AUTHOR, now=DRAFTED)
    assert again.draft is not None
    assert again.is_new
    assert (again.draft.attacked_with, again.draft.approvals) == (("2023-24/v1",), ())
    for person in (FIRST, SECOND):
        gate.approve(lake, "2024-25", person)
    assert gate.publish(lake, "2024-25") is not None


def test_the_timer_says_of_a_draft_that_the_gate_refuses_why_and_not_that_its_time_will_come(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    (made.path / "metrics.csv").write_bytes(b"changed")
    result = CliRunner().invoke(main, ["--lake", str(tmp_path), "publish", "--due"])
    assert result.exit_code == 3, result.output
    assert "changed by hand" in result.output
    assert "waits for" not in result.output
    result = CliRunner().invoke(main, ["--lake", str(tmp_path), "publish", "--due", "--json"])
    assert '"late": ["2023-24"]' in result.output


def test_a_draft_made_anew_for_a_neighbour_keeps_what_it_corrects_and_its_day(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    assert gate.publish(lake, YEAR) is not None
    drafted(tmp_path, 3000.0, name="r2", on=THURSDAY, correction="A district was missing.")
    rows = [row(financial_year="2024-25", value=3000.0, base_value=3104.0)]
    draft(lake, write_release(tmp_path / "releases" / "next", rows, is_simulated=True), "2024-25", AUTHOR, now=DRAFTED)
    for person in (FIRST, SECOND):
        gate.approve(lake, "2024-25", person)
    assert gate.publish(lake, "2024-25") is not None
    with pytest.raises(GateError, match="Run: vrp publish 2023-24"):
        gate.approve(lake, YEAR, FIRST)
    _, again = drafted(tmp_path, 3000.0, name="r3")
    assert again.draft is not None
    assert (again.is_new, again.draft.correction) == (True, "A district was missing.")
    assert again.draft.publish_at == "2026-07-09T09:30:00+01:00"
    page = (again.path / "annual_report.html").read_text(encoding="utf-8")
    assert "A district was missing." in page
    assert "Published at 9.30am on 9 July 2026." in page
    told = json.loads((again.path / "changes.json").read_text(encoding="utf-8"))
    assert told["correction"] == "A district was missing."
    # Figures that are again what is public need no version, and so no correction.
    _, back = drafted(tmp_path, name="r4")
    assert (back.version, back.draft, drafts.read_draft(lake, YEAR)) == (1, None, None)


def test_where_nothing_was_published_there_is_nothing_to_correct(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="nothing to correct"):
        drafted(tmp_path, correction="A district was missing.")


def test_made_up_and_real_records_together_are_not_drafted(tmp_path: Path) -> None:
    rows = [row(financial_year=YEAR, value=3104.0, base_value=3260.0)]
    release = write_release(tmp_path / "releases" / "r1", rows, is_simulated=True, has_real_records=True)
    with pytest.raises(ReleaseContentError, match="into a lake of their own"):
        draft(Lake(tmp_path), release, YEAR, AUTHOR, now=DRAFTED)


def test_real_data_without_a_day_wait_for_the_next_planned_one(tmp_path: Path) -> None:
    # As of 30 June 2025, drafted on 1 July 2026: the second Thursday of July is the 9th.
    _, made = drafted(tmp_path, is_simulated=False)
    assert made.draft is not None
    assert made.draft.publish_at == "2026-07-09T09:30:00+01:00"


def test_what_is_planned_for_partner_agencies_only_is_no_day_of_publication(tmp_path: Path) -> None:
    # After the third Thursday of November comes the fourth of January, for partners only; then July.
    _, made = drafted(tmp_path, is_simulated=False, now=dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC))
    assert made.draft is not None
    assert made.draft.publish_at == "2027-07-08T09:30:00+01:00"


def test_a_time_that_has_passed_is_no_time_of_publication(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match="09:30 on 9 July 2026 has passed"):
        drafted(tmp_path, on=THURSDAY, now=AT + dt.timedelta(seconds=1))


def test_equal_figures_make_no_new_version_whenever_the_last_was_published_and_whatever_it_corrected(
    tmp_path: Path,
) -> None:
    for name, about in (("r1", {"on": THURSDAY}), ("r2", {"correction": "A district was missing."})):
        lake, made = drafted(tmp_path, name=name, **about)
        for person in (FIRST, SECOND):
            gate.approve(lake, YEAR, person)
        assert gate.publish(lake, YEAR, AT) == lake.published / YEAR / f"v{made.version}"
        _, again = drafted(tmp_path, name=f"{name} again")
        assert (again.is_new, again.version, again.draft) == (False, made.version, None)


def test_a_draft_with_a_day_or_a_correction_keeps_them_and_its_approvals_when_it_is_drafted_without(
    tmp_path: Path,
) -> None:
    lake, _ = drafted(tmp_path)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    assert gate.publish(lake, YEAR) is not None
    drafted(tmp_path, 3000.0, name="r2", on=THURSDAY, correction="A district was missing.")
    gate.approve(lake, YEAR, FIRST)
    _, again = drafted(tmp_path, 3000.0, name="r3")
    assert again.draft is not None
    assert (again.is_new, again.draft.correction) == (False, "A district was missing.")
    assert len(again.draft.approvals) == 1


def test_a_draft_made_by_mistake_is_dropped_with_its_approvals(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    gate.approve(lake, YEAR, FIRST)
    result = CliRunner().invoke(main, ["--lake", str(tmp_path), "withdraw", YEAR, "--draft"])
    assert (result.exit_code, "is dropped" in result.output) == (0, True), result.output
    assert drafts.read_draft(lake, YEAR) is None
    assert not made.path.exists()
    again = CliRunner().invoke(main, ["--lake", str(tmp_path), "withdraw", YEAR, "--draft"])
    assert (again.exit_code, "no draft" in again.output) == (1, True)


def test_a_weekend_is_no_day_of_publication(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match="no weekday"):
        drafted(tmp_path, on=dt.date(2026, 7, 11))


def test_who_saw_the_figures_before_and_the_calendar_are_printed(tmp_path: Path) -> None:
    _, made = drafted(tmp_path)
    page = (made.path / "annual_report.html").read_text(encoding="utf-8")
    for each in read_programme().pre_release_access:
        assert each.who in page
    # By hand: from 30 June 2025 on, the second Thursday of July and the third of November.
    assert "10 July 2025: Annual report" in page
    assert "20 November 2025: Annual report, revised" in page


@pytest.mark.parametrize("then", ["publish", "publish the next day", "draft"])
def test_a_publication_killed_after_its_first_step_is_completed_by_the_next_one_or_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    lake, _ = drafted(tmp_path, on=THURSDAY)
    for person in (FIRST, SECOND):
        gate.approve(lake, YEAR, person)
    replace = Path.replace

    def stop(path: Path, target: Path) -> Path:
        if path.name == drafts.RECORD:
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            gate.publish(lake, YEAR, AT)
    if then != "draft":
        moment = AT + dt.timedelta(days=then.endswith("next day"))
        assert gate.publish(lake, YEAR, moment) == lake.published / YEAR / "v1"
    else:
        _, again = drafted(tmp_path, name="r2")
        assert (again.is_new, again.version) == (False, 1)
    assert [each["version"] for each in listed(lake, YEAR)] == [1]
    assert drafts.read_draft(lake, YEAR) is None


def test_a_draft_whose_writer_was_killed_before_its_record_is_written_again(tmp_path: Path) -> None:
    lake, made = drafted(tmp_path)
    (lake.drafts / YEAR / drafts.RECORD).unlink()
    _, again = drafted(tmp_path, name="r2")
    assert (again.is_new, again.path) == (True, made.path)
    assert drafts.read_draft(lake, YEAR) is not None


def test_approvals_that_come_together_are_both_kept(tmp_path: Path) -> None:
    lake, _ = drafted(tmp_path)
    refused: list[Exception] = []

    def approve(person: Person) -> None:
        while True:
            try:
                gate.approve(lake, YEAR, person)
            except RuntimeError as busy:  # ZoneBusyError names who holds it
                refused.append(busy)
                continue
            return

    threads = [threading.Thread(target=approve, args=(person,)) for person in (FIRST, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = drafts.read_draft(lake, YEAR)
    assert kept is not None
    assert {each.person for each in kept.approvals} == {FIRST, SECOND}


def publish_value(tmp_path: Path, value: float, name: str, **about: Any) -> Publication:
    rows = [row(financial_year=YEAR, value=value, base_value=3260.0, statement="said")]
    return publish(write_release(tmp_path / "releases" / name, rows), tmp_path / "published", YEAR, **about)


def test_a_correction_is_printed_listed_and_major(tmp_path: Path) -> None:
    publish_value(tmp_path, 3104.0, "r1")
    made = publish_value(tmp_path, 3000.0, "r2", correction="One month of recorded crime was counted twice.")
    page = (made.path / "annual_report.html").read_text(encoding="utf-8")
    assert "One month of recorded crime was counted twice." in page
    newest, first = listed(Lake(tmp_path), YEAR)
    assert (newest["correction"], newest["changes"]) == ("One month of recorded crime was counted twice.", "major")
    assert (first["correction"], first["changes"]) == (None, None)
    index = (tmp_path / "published" / YEAR / "index.html").read_text(encoding="utf-8")
    assert 'href="v2/annual_report.html">Read version 2' in index
    assert "One month of recorded crime was counted twice." in index
    listed_first = " ".join(re.sub(r"<[^>]*>", "", index.split("<li>")[1]).split())
    assert "before are major. Correction: One month" in listed_first, "a line break after a block is no space"


def test_changes_json_names_each_figure_that_differs_before_and_after(tmp_path: Path) -> None:
    publish_value(tmp_path, 3104.0, "r1")
    made = publish_value(tmp_path, 3000.0, "r2")
    told = json.loads((made.path / "changes.json").read_text(encoding="utf-8"))
    assert (told["since"], told["kind"]) == ("v1", "major")
    (value,) = [each for each in told["changes"] if each["column"] == "value"]
    assert (value["before"], value["after"], value["kind"]) == ("3105", "3000", "major")
    assert value["figure"]["metric_id"] == "M1"


def test_other_words_alone_are_a_minor_change(tmp_path: Path) -> None:
    publish_value(tmp_path, 3104.0, "r1")
    rows = [row(financial_year=YEAR, value=3104.0, base_value=3260.0, metric_name="Serious violence, all")]
    made = publish(write_release(tmp_path / "releases" / "r2", rows), tmp_path / "published", YEAR)
    told = json.loads((made.path / "changes.json").read_text(encoding="utf-8"))
    assert (told["kind"], [each["column"] for each in told["changes"]]) == ("minor", ["metric_name"])


def test_a_withdrawn_version_is_a_notice_and_its_files_stay_known_to_the_attacker(tmp_path: Path) -> None:
    first = publish_value(tmp_path, 3104.0, "r1")
    before = (first.path / "metrics.csv").read_bytes()
    lake = Lake(tmp_path)
    notice = withdraw(lake, YEAR, 1, "A feed was counted twice.", dt.date(2026, 11, 26))
    assert [path.name for path in first.path.iterdir()] == ["annual_report.html"]
    assert "A feed was counted twice." in notice.read_text(encoding="utf-8")
    assert (version_folder(lake, YEAR, 1) / "metrics.csv").read_bytes() == before
    assert "No version is current" in (lake.published / YEAR / "index.html").read_text(encoding="utf-8")
    second = publish_value(tmp_path, 3104.0, "r2", correction="A feed was counted twice.")
    assert second.version == 2, "the number of a withdrawn version is not given again"
    with pytest.raises(NoSuchVersionError):
        withdraw(lake, YEAR, 1, "Again.", dt.date(2026, 11, 26))
    with pytest.raises(NoReasonError, match="--reason"):
        withdraw(lake, YEAR, 2, " ", dt.date(2026, 11, 26))


@pytest.mark.parametrize(
    "text",
    [
        "Asked for by Jane Marlow.",
        "Mr Smith asked for it.",
        "The row of SO14 7DU was wrong.",
        "NHS number 943 476 5919 was in it.",
        "Write to jane@example.org.",
        "Born on 3/4/2001.",
    ],
)
def test_a_notice_that_seems_to_name_somebody_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(PersonalTextError) as refusal:
        drafted(tmp_path, correction=text)
    assert not any(word in str(refusal.value) for word in ("Marlow", "Smith", "7DU", "943", "example", "2001"))
    assert not (tmp_path / "drafts").exists()


@pytest.mark.parametrize(
    "text",
    [
        "Homicides in Gosport were 3, not 2.",
        "Three homicides were counted twice.",
        "Six people were left out.",
        "Violence fell by 12%, and not by 4%.",
    ],
)
def test_a_notice_gives_no_number_that_is_not_printed(tmp_path: Path, text: str) -> None:
    publish_value(tmp_path, 3104.0, "r1")
    with pytest.raises(CommentaryError, match="the correction, line 1"):
        drafted(tmp_path, 3000.0, name="r2", correction=text)
    with pytest.raises(CommentaryError, match="the reason"):
        withdraw(Lake(tmp_path), YEAR, 1, text, dt.date(2026, 11, 26))
    assert not (tmp_path / "withdrawn").exists()


def test_the_reason_of_a_withdrawal_may_name_a_ward_of_its_release(tmp_path: Path) -> None:
    made = release(tmp_path / "releases" / "r1", **places())
    publish(made, tmp_path / "published", YEAR)
    reason = "Crimes in Charles Dickens were counted twice."
    assert withdraw(Lake(tmp_path), YEAR, 1, reason, dt.date(2026, 11, 26)).is_file()
    with pytest.raises(PersonalTextError):
        check_withdrawal(reason)


def test_a_correction_may_give_a_printed_number_and_every_notice_days_and_versions(tmp_path: Path) -> None:
    publish_value(tmp_path, 3104.0, "r1")
    drafted(tmp_path, 3000.0, name="r2", correction="There were 3,000 crimes. May 2023 was counted twice.")
    reason = "Two months of 2023-24 were counted twice until 3 May 2026. See version 2."
    assert withdraw(Lake(tmp_path), YEAR, 1, reason, dt.date(2026, 11, 26)).is_file()
