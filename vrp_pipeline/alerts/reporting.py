"""Reporting: each condition once to each channel, again only when it changes, and when it is over.

What was told stands in the lake. What a channel did not take is told by the next check.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vrp_pipeline.alerts.channels import Channel, NotSentError
from vrp_pipeline.alerts.condition import Condition
from vrp_pipeline.alerts.conditions import DAMAGE, unread_kinds
from vrp_pipeline.alerts.messages import BEGUN, CHANGED, OVER, Message, digest, message
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import holding_zone, write_json
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import DamagedReleaseError, NoReleaseError, current_release

Told = dict[str, dict[str, Any]]
# What channels were told and the disk had no room for, by the file it belongs in.
_unwritten: dict[Path, Told] = {}


@dataclass(frozen=True)
class News:
    """What is told of a condition: `event` says whether it began, changed or is over; `before` whose place it takes."""

    condition: Condition
    event: str
    before: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was sent, and the channels that failed with their reason."""

    sent: tuple[Message, ...]
    failures: tuple[str, ...]


def report(lake: Lake, conditions: Sequence[Condition], kinds: Collection[str], channels: Iterable[Channel]) -> Report:
    """Tell each channel what it was not told yet. Conditions of other `kinds` than those given are left as they are."""
    sent: dict[tuple[str, str], Message] = {}
    failures: list[str] = []
    with holding_zone(lake.root, "alerts"):
        for channel in channels:
            try:
                failures += _report_to(channel, lake, conditions, kinds, sent)
            except DAMAGE as error:  # what one channel was told silences no other
                failures.append(
                    f"{channel.name} is told nothing: {type(error).__name__} with {_path(lake, channel.name)}. Let the"
                    " account that runs vrp read and write it"
                )
    return Report(tuple(sent.values()), tuple(failures))


def _report_to(
    channel: Channel,
    lake: Lake,
    conditions: Sequence[Condition],
    kinds: Collection[str],
    sent: dict[tuple[str, str], Message],
) -> Iterator[str]:
    """Tell one channel and add what it took to `sent`; yield what failed."""
    told, problem = _told(lake, channel.name)
    if problem:
        yield problem
    if _path(lake, channel.name) in _unwritten:  # there may be room by now
        _remember(lake, channel.name, told)
    for each in news(told, conditions, kinds):
        made = message(each.condition, each.event, each.before)
        try:
            channel.send(made)
        except NotSentError as error:  # it would fail again for each message
            yield str(error)
            return
        sent[made.key, each.event] = made
        for past in (each.condition, *each.before):
            told.pop(past.key, None)
        if each.event != OVER:
            told[each.condition.key] = asdict(each.condition)
        # After each message: a check that is killed repeats the one it was at, and loses none.
        if problem := _remember(lake, channel.name, told):
            yield problem


def news(told: Told, conditions: Sequence[Condition], kinds: Collection[str]) -> list[News]:
    """Return the conditions that began, changed or ended since they were told, in that order of the lists.

    A condition that takes the place of one that was told has changed: it is told once, and the other does not end.
    """
    present = {condition.key for condition in conditions}
    known = set(kinds) - unread_kinds(conditions)
    gone = [_read(before) for key, before in told.items() if key not in present and before["kind"] in known]
    found, replaced = [], set()
    for condition in conditions:
        before = tuple(each for each in gone if condition.takes_the_place_of(each))
        replaced |= {each.key for each in before}
        if condition.key not in told:
            found.append(News(condition, CHANGED if before else BEGUN, before))
        elif told[condition.key]["state"] != condition.state:
            found.append(News(condition, CHANGED, before))
    return found + [News(each, OVER) for each in gone if each.key not in replaced]


def _read(stored: Mapping[str, Any]) -> Condition:
    """Return a condition from its JSON, which has lists where it has tuples."""
    tuples = {name: tuple(stored.get(name, ())) for name in ("remedy", "covers")}
    return Condition(**{**stored, **tuples})


def send_digest(lake: Lake, conditions: Sequence[Condition], now: datetime, channels: Iterable[Channel]) -> Report:
    """Send the digest of a morning, also if nothing needs anybody: silence would not differ from a broken channel."""
    return send_to_all(digest_of(lake, conditions, now), channels)


def send_to_all(made: Message, channels: Iterable[Channel]) -> Report:
    """Send a message to each channel, whatever became of the others, and remember nothing."""
    is_sent, failures = False, []
    for channel in channels:
        try:
            channel.send(made)
            is_sent = True
        except NotSentError as error:
            failures.append(str(error))
    return Report((made,) if is_sent else (), tuple(failures))


def digest_of(lake: Lake, conditions: Sequence[Condition], now: datetime) -> Message:
    """Return the digest: deliveries of the last day by feed, the release, and the conditions."""
    counts: dict[str, int] = {}
    for delivery in all_deliveries(lake):
        if timedelta() <= now - delivery.received_at < timedelta(days=1):
            counts[delivery.feed] = counts.get(delivery.feed, 0) + 1
    lines = [f"Received since yesterday: {count} × {feed}" for feed, count in counts.items()]
    lines = lines or ["Nothing was received since yesterday."]
    try:
        lines.append(f"Current release: {current_release(lake).release_id}")
    except DamagedReleaseError:
        lines.append("The current release is damaged.")
    except NoReleaseError:
        lines.append("There is no release yet.")
    return digest(conditions, lines, now.astimezone(TIME_ZONE).date().isoformat())


def _remember(lake: Lake, channel: str, told: Told) -> str | None:
    """Write what a channel was told; return what kept it from being written.

    On a full disk this process remembers it: else the same message would go out again each minute, until there is room.
    """
    path = _path(lake, channel)
    try:
        write_json(path, told)
    except OSError as error:
        _unwritten[path] = told
        return f"what was told cannot be written to {path}: {error.strerror}"
    _unwritten.pop(path, None)
    return None


def _told(lake: Lake, channel: str) -> tuple[Told, str | None]:
    """Return what a channel was told, and what was wrong with the file of it. Raises OSError if it may not be read.

    A file that `_remember` did not write so is put aside: to tell what is open once more is better than silence.
    """
    path = _path(lake, channel)
    if path in _unwritten:
        return dict(_unwritten[path]), None
    if not path.exists():
        return {}, None
    try:
        content: Told = json.loads(path.read_text(encoding="utf-8"))
        for each in content.values():
            _read(each)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        aside = path.with_suffix(".damaged")
        path.replace(aside)
        return {}, (
            f"what {channel} was told is not known ({type(error).__name__}): everything open is told once more, and the"
            f" file is kept as {aside}"
        )
    return content, None


def _path(lake: Lake, channel: str) -> Path:
    return lake.state / "alerts" / f"{channel}.json"
