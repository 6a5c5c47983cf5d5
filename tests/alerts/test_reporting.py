"""Alerts: each condition is told once, again only when it changes, and says what to type; it never names a person."""

import hashlib
import hmac
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.deliveries import rows_of
from tests.support.extracts import NOW, OFFENCES, by_agency, deliver
from tests.support.marts import build
from tests.support.publications import AUTHOR, FIRST, SECOND
from tests.support.receivers import PASSWORD, USER, certificate, mail_server, webhook
from tests.support.releases import row, write_release
from vrp_pipeline.alerts.channels import Channel, Mail, NotSentError, Webhook
from vrp_pipeline.alerts.condition import OF_THE_LAKE, Condition, Limits
from vrp_pipeline.alerts.conditions import conditions_of
from vrp_pipeline.alerts.feed_conditions import refused
from vrp_pipeline.alerts.lake_conditions import full_disk, stale_release, unpublished_drafts, wrong_clock
from vrp_pipeline.alerts.messages import BEGUN, message
from vrp_pipeline.alerts.reporting import report, send_digest
from vrp_pipeline.alerts.settings import AlertSettingsError, settings
from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.calendar.states import state_of
from vrp_pipeline.cli import main
from vrp_pipeline.erasure.retention import retain
from vrp_pipeline.ingest.acceptance import accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.provenance import provenance
from vrp_pipeline.release.releases import make_release
from vrp_pipeline.report import draft
from vrp_pipeline.report.approval.gate import approve, publish

ONE = Condition("held", "police__offences", "2024-03/a", "1 month held: 2024-03.", "Figures.", ("vrp status",))


def of_offences(lake: Lake) -> list[Condition]:
    return [each for each in conditions_of(lake, NOW, Limits(0, 0), is_released=lambda: True) if each.kind == "held"]


def test_a_held_month_is_told_with_what_it_touches_and_what_to_type(held_lake: Lake) -> None:
    (condition,) = of_offences(held_lake)
    made = message(condition, BEGUN)
    assert made.subject == "[vrp] 1 month of police__offences held"
    assert "2024-03" in made.text
    assert "Serious violence" in made.text, "a figure that requires the feed"
    assert 'vrp accept police__offences 2024-03 --reason "…"' in made.text
    assert "docs/runbook.md#held" in made.text


def test_a_message_names_no_file_and_holds_no_value_of_a_row(held_lake: Lake) -> None:
    text = "".join(
        message(each, BEGUN).text for each in conditions_of(held_lake, NOW, Limits(), is_released=lambda: False)
    )
    assert "Smith" not in text
    for sent in rows_of(OFFENCES.name)[:200]:
        for heading in ("crime_reference", "location_postcode", "modus_operandi"):
            assert not sent.get(heading) or sent[heading] not in text


def test_each_condition_is_told_once_again_when_it_changes_and_when_it_is_over(held_lake: Lake, tmp_path: Path) -> None:
    with webhook() as (url, posted):
        channels = [Webhook(url)]

        def tell() -> list[str]:
            before = len(posted.bodies)
            report(held_lake, of_offences(held_lake), OF_THE_LAKE, channels)
            return [f"{body['event']} {body['key']}" for body in posted.bodies[before:]]

        assert tell() == ["new held:police__offences"]
        assert tell() == []
        deliver(held_lake, tmp_path / "sent", 6, "again.csv")
        assert tell() == ["changed held:police__offences"], "another delivery is held"
        accept(held_lake, OFFENCES, "2024-03", accepted_by="A Statistician", reason="football final")
        ingest(held_lake, OFFENCES)
        assert tell() == ["over held:police__offences"]
        assert tell() == []


def test_feeds_that_are_late_and_then_their_agency_silent_are_one_change_and_nothing_is_over_until_they_come(
    lake: Lake, tmp_path: Path
) -> None:
    """By hand: of the police's three feeds two never came, and on 4 July the crimes after March are overdue too."""
    with webhook() as (url, posted):

        def tell(now: datetime) -> list[dict[str, str]]:
            before = len(posted.bodies)
            of_police = [each for each in by_agency(lake, now) if "police" in each.subject]
            report(lake, of_police, OF_THE_LAKE, [Webhook(url)])
            return posted.bodies[before:]

        deliver(lake, tmp_path / "sent", 1)
        assert [f"{body['event']} {body['key']}" for body in tell(NOW)] == [
            "new late:police__street_crimes",
            "new late:police__stop_and_searches",
        ]
        silent = NOW.replace(month=7)
        (worse,) = tell(silent)
        assert (worse["event"], worse["key"]) == ("changed", "silent:police")
        assert worse["subject"] == "[vrp] changed: Nothing is complete from police"
        assert "Told before as late: " in worse["text"]
        assert "police__street_crimes overdue" in worse["text"]
        assert tell(silent) == []

        assert [f"{body['event']} {body['key']}" for body in tell(NOW)] == [
            "changed late:police__street_crimes",
            "changed late:police__stop_and_searches",
        ], "the crimes came: it is better, and not over"
        assert tell(silent) != []
        report(lake, [], OF_THE_LAKE, [Webhook(url)])
        assert (posted.bodies[-1]["event"], posted.bodies[-1]["key"]) == ("over", "silent:police")
        assert json.loads((lake.state / "alerts" / "webhook.json").read_text(encoding="utf-8")) == {}


def test_a_channel_that_fails_is_told_by_the_next_check_and_the_other_at_once(lake: Lake) -> None:
    with webhook() as (url, posted), mail_server() as (port, caught):
        mail = Mail("127.0.0.1", port, "vrp@example.org", "team@example.org", "none")
        channels: list[Channel] = [Webhook(url), mail]
        posted.status = 503
        first = report(lake, [ONE], OF_THE_LAKE, channels)
        assert len(first.failures) == 1
        assert (len(posted.bodies), len(caught.mails)) == (0, 1)
        posted.status = 200
        assert report(lake, [ONE], OF_THE_LAKE, channels).failures == ()
        assert (len(posted.bodies), len(caught.mails)) == (1, 1)


def test_a_condition_of_another_kind_is_not_over_because_the_lake_does_not_show_it(lake: Lake) -> None:
    failed = Condition("failed", "ingest", "run", "The ingest failed.", "Months.", ("vrp run",))
    with webhook() as (url, posted):
        report(lake, [failed], {*OF_THE_LAKE, "failed"}, [Webhook(url)])
        report(lake, [], OF_THE_LAKE, [Webhook(url)])
        assert [body["event"] for body in posted.bodies] == ["new"]
        report(lake, [], {*OF_THE_LAKE, "failed"}, [Webhook(url)])
        assert [body["event"] for body in posted.bodies] == ["new", "over"]


def test_mail_goes_by_starttls_with_the_password_of_a_file_and_not_to_a_server_that_cannot_be_trusted(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: nothing makes a certificate for the test")
    pem = certificate(tmp_path)
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    with mail_server(pem) as (port, caught):
        mail = Mail(
            "localhost",
            port,
            "vrp@example.org",
            "a@example.org",
            "starttls",
            USER,
            tmp_path / "password",
        )
        with pytest.raises(NotSentError, match="SSLCertVerificationError"):
            mail.send(message(ONE, BEGUN))
        monkeypatch.setenv("SSL_CERT_FILE", str(pem[0]))
        mail.send(message(ONE, BEGUN))
    (received,) = caught.mails
    assert caught.were_encrypted == [True]
    assert received["To"] == "a@example.org"
    assert received["Subject"] == "[vrp] 1 month held"
    assert "vrp status" in received.get_content()


def test_a_webhook_is_signed_with_the_key_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k\n", encoding="utf-8")
    with webhook() as (url, posted):
        Webhook(url, tmp_path / "key").send(message(ONE, BEGUN))
    expected = hmac.new(b"k", posted.raw[0], hashlib.sha256).hexdigest()
    assert posted.headers[0]["X-Vrp-Signature"] == f"sha256={expected}"


def test_a_digest_comes_also_when_nothing_needs_anybody(lake: Lake) -> None:
    with webhook() as (url, posted):
        send_digest(lake, [], NOW, [Webhook(url)])
        send_digest(lake, [ONE], NOW, [Webhook(url)])
    assert [body["subject"] for body in posted.bodies] == [
        "[vrp] 2024-04-04: nothing needs you",
        "[vrp] 2024-04-04: 1 thing needs you",
    ]


def test_what_is_received_and_not_released_within_a_day_is_told(held_lake: Lake) -> None:
    now = datetime.now(UTC)
    assert not list(stale_release(held_lake, now, Limits(), is_released=False)), "it came a moment ago"
    (told,) = stale_release(held_lake, now + timedelta(hours=25), Limits(), is_released=False)
    assert told.touches == "Analysts have no release to read."
    assert not list(stale_release(held_lake, now + timedelta(hours=25), Limits(), is_released=True))


def test_what_came_first_and_is_in_no_release_is_told_however_much_follows_it(held_lake: Lake, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    (first,) = all_deliveries(held_lake)
    os.utime(first.path(held_lake).parent, (now.timestamp() - 26 * 3600,) * 2)
    deliver(held_lake, tmp_path / "more", 2, "more.csv")
    assert list(stale_release(held_lake, now, Limits(), is_released=False))


def test_an_old_release_alone_is_no_release_that_is_missing(held_lake: Lake, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    build(held_lake, 1)
    released = make_release(held_lake, provenance(held_lake))
    os.utime(released.path, (now.timestamp() - 30 * 86400,) * 2)
    assert not list(stale_release(held_lake, now, Limits(), is_released=False)), "as after an update of the code"
    deliver(held_lake, tmp_path / "more", 2, "more.csv")
    assert not list(stale_release(held_lake, datetime.now(UTC), Limits(), is_released=False)), "it came a moment ago"
    assert list(stale_release(held_lake, now + timedelta(hours=25), Limits(), is_released=False))


def test_a_clock_that_was_ahead_is_told_and_hides_no_release_that_is_missing(held_lake: Lake) -> None:
    """By hand: the deliveries came on 3 April 2024 at 09:00; to a clock of 2 April they come from the future."""
    assert not list(wrong_clock(held_lake, NOW))
    (told,) = wrong_clock(held_lake, datetime(2024, 4, 2, 9, tzinfo=UTC))
    assert "2024-04-03 09:00 UTC, which has not come yet" in told.what
    assert list(stale_release(held_lake, datetime.now(UTC) - timedelta(days=2), Limits(), is_released=False))


def test_a_draft_is_told_three_days_before_its_release_until_it_is_approved_and_when_its_time_has_passed(
    tmp_path: Path,
) -> None:
    """By hand: 09:30 in London on Thursday 9 July 2026 is 08:30 UTC."""
    due = datetime(2026, 7, 9, 8, 30, tzinfo=UTC)
    lake = Lake(tmp_path)
    rows = [row(financial_year="2023-24", value=3104.0, base_value=3260.0)]
    release = write_release(tmp_path / "releases" / "r1", rows, is_simulated=False)
    draft(lake, release, "2023-24", AUTHOR, on=due.date(), now=due - timedelta(days=20))

    def told(moment: datetime) -> list[str]:
        return [each.what for each in unpublished_drafts(lake, moment, Limits())]

    assert told(due - timedelta(days=3, minutes=1)) == []
    near = "The draft of 2023-24 is to be published at 09:30 on 9 July 2026."
    assert told(due - timedelta(days=2)) == [f"{near} Approvals: 0 of 2."]
    approve(lake, "2023-24", FIRST)
    assert told(due - timedelta(days=2)) == [f"{near} Approvals: 1 of 2."]
    approve(lake, "2023-24", SECOND)
    assert told(due) == [], "the timer is about to publish it"
    assert told(due + timedelta(hours=2)) == ["The draft of 2023-24 was not published at 09:30 on 9 July 2026."]
    (today,) = unpublished_drafts(lake, due + timedelta(hours=2), Limits())
    (later,) = unpublished_drafts(lake, due + timedelta(days=2), Limits())
    assert (today.remedy, later.remedy) == (("vrp publish --due",), ("vrp publish 2023-24 --on DAY",))
    assert publish(lake, "2023-24", due) is not None
    assert told(due + timedelta(hours=2)) == []


def test_an_approved_draft_that_the_gate_will_refuse_is_told_before_its_day(tmp_path: Path) -> None:
    due = datetime(2026, 7, 9, 8, 30, tzinfo=UTC)
    lake = Lake(tmp_path)
    for year, days in (("2023-24", 0), ("2024-25", 1)):
        rows = [row(financial_year=year, value=3104.0, base_value=3260.0)]
        release = write_release(tmp_path / "releases" / year, rows, is_simulated=False)
        draft(lake, release, year, AUTHOR, on=due.date() + timedelta(days), now=due - timedelta(days=20))
        approve(lake, year, FIRST)
        approve(lake, year, SECOND)
    assert not list(unpublished_drafts(lake, due, Limits()))
    assert publish(lake, "2023-24", due) is not None
    (told,) = unpublished_drafts(lake, due, Limits())
    assert "2024-25 is to be published at 09:30 on 10 July 2026. It was attacked before 2023-24/v1" in told.what
    assert told.remedy == ("vrp publish 2024-25",)


def test_a_disk_below_the_limit_is_told_and_again_when_half_of_the_rest_is_gone(lake: Lake) -> None:
    lake.root.mkdir()
    usage = shutil.disk_usage(lake.root)
    share = usage.free / usage.total
    assert not list(full_disk(lake, Limits(disk_free_share=share * 0.9)))
    (near,) = full_disk(lake, Limits(disk_free_share=share * 1.1))
    (nearer,) = full_disk(lake, Limits(disk_free_share=share * 2.2))
    assert near.key == nearer.key
    assert near.state != nearer.state
    assert "vrp prune" in near.remedy


def test_an_agency_of_which_every_feed_is_overdue_is_told_as_one_and_a_single_feed_by_itself(
    lake: Lake, tmp_path: Path
) -> None:
    """By hand: nobody but the police delivered, who still owe searches and street crimes."""
    deliver(lake, tmp_path / "sent", 1)
    told = {each.key for each in by_agency(lake, NOW)}
    assert {"silent:health", "late:police__stop_and_searches"} <= told
    assert "late:police__offences" not in told
    assert not {key for key in told if key.startswith("late:health")}


@pytest.fixture
def year_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of every feed are kept for twelve months."""
    path = tmp_path / "retention.toml"
    path.write_text('[default]\nmonths = 12\nreason = "by hand"\n[refused]\nmonths = 3\nreason = "by hand"\n')
    monkeypatch.setenv("VRP_RETENTION_FILE", str(path))


@pytest.mark.usefixtures("year_kept")
def test_months_that_left_with_their_period_are_expected_of_nobody(lake: Lake, tmp_path: Path) -> None:
    """By hand: on 4 April 2024 rows of months before April 2023 are kept no longer."""
    deliver(lake, tmp_path / "sent", 1)
    months = {month for delivery in all_deliveries(lake) for month in delivery.partitions}
    assert {month for found in retain(lake, NOW.date()).values() for month in found} == {
        month for month in months if month < "2023-04"
    }
    told = {each.key: each for each in by_agency(lake, NOW)}
    assert "late:police__offences" not in told, "what was removed is not asked for again"
    (silent,) = [each for each in told.values() if each.key == "silent:health"]
    assert "from 2023-04 on" in silent.what, "what nobody would keep is not asked for either"
    shown = CliRunner().invoke(main, ["--lake", str(lake.root), "status", "--feed", OFFENCES.name])
    assert "older than its period of retention" in shown.output
    before = {row["month"]: state_of(row) for row in calendar_for_people(lake, [OFFENCES], NOW)}
    assert {before[month] for month in before if month < "2023-04"} == {"not kept"}


def test_a_file_of_periods_that_cannot_be_read_silences_no_alert(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(lake, tmp_path / "sent", 1)
    monkeypatch.setenv("VRP_RETENTION_FILE", str(tmp_path / "nothing.toml"))
    (silent,) = [each for each in by_agency(lake, NOW) if each.key == "silent:health"]
    assert "from 2022-04 on" in silent.what


def test_the_same_refused_file_that_comes_again_is_told_again_within_the_week_and_after_it(
    lake: Lake, tmp_path: Path
) -> None:
    (tmp_path / "unknown.csv").write_text("a,b\n1,2\n")
    now = datetime.now(UTC)

    def arrive() -> None:
        (receipt,) = receive(lake, [tmp_path / "unknown.csv"])
        assert receipt.refusal is not None

    with webhook() as (url, posted):

        def told() -> list[str]:
            before = len(posted.bodies)
            report(lake, list(refused(lake, now)), OF_THE_LAKE, [Webhook(url)])
            return [body["event"] for body in posted.bodies[before:]]

        arrive()
        assert told() == ["new"]
        assert told() == []
        arrive()
        assert told() == ["changed"], "within the week"
        (condition,) = refused(lake, now)
        assert "It came 2 times." in condition.what
        (record,) = lake.refused.glob("*/refusal.json")
        os.utime(record, (now.timestamp() - 8 * 86_400,) * 2)
        assert told() == ["over"]
        assert list(refused(lake, now)) == []
        arrive()
        assert told() == ["new"], "after it"
    assert json.loads(record.read_text(encoding="utf-8"))["times"] == 3
    assert sorted(path.name for path in record.parent.iterdir()) == ["refusal.json", "unknown.csv"]


def test_settings_that_lack_something_name_the_file_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.toml"
    monkeypatch.setenv("VRP_ALERTS", str(path))
    with pytest.raises(AlertSettingsError, match=r"alerts\.toml"):
        settings()
    path.write_text('[smtp]\nhost = "mail.example.org"\nuser = "vrp"\nfrom = "a@example.org"\nto = ["b@example.org"]\n')
    with pytest.raises(AlertSettingsError, match="password_file"):
        settings()
    path.write_text('[webhook]\nurl = "https://example.org/hook"\n[limits]\nrelease_hours = 30\n')
    found = settings()
    assert found.channels == (Webhook("https://example.org/hook"),)
    assert found.limits.release_hours == 30


def test_the_command_prints_and_sends_nothing_until_it_is_told_to(
    held_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vrp(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--lake", str(held_lake.root), "alerts", *words])
        return result.exit_code, result.output

    with webhook() as (url, posted):
        (tmp_path / "alerts.toml").write_text(f'[webhook]\nurl = "{url}"\n', encoding="utf-8")
        monkeypatch.setenv("VRP_ALERTS", str(tmp_path / "alerts.toml"))
        code, output = vrp()
        assert code == 3
        assert "vrp accept police__offences 2024-03" in output
        assert posted.bodies == []
        assert vrp("--test") == (0, "Sent by 1 of 1 channels.\n")
        vrp("--send")
        told = len(posted.bodies)
        assert {"held:police__offences", "test"} <= {body["key"] for body in posted.bodies}
        vrp("--send")
        assert len(posted.bodies) == told
        state = json.loads((held_lake.state / "alerts" / "webhook.json").read_text(encoding="utf-8"))
        assert "held:police__offences" in state
