"""Conditions of the lake as a whole: no release, a full disk, a clock that is wrong, a draft that nobody publishes.

Those of single feeds are in `feed_conditions`.
"""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from vrp_pipeline.alerts.condition import CLOCK, DAMAGED, DISK, DRAFT, INBOX, STALE, Condition, Limits
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.decisions import acceptances_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.inbox import inbox_of, unread_folders
from vrp_pipeline.release.releases import DamagedReleaseError, NoReleaseError, Release, current_release, must_be_whole
from vrp_pipeline.report.approval.drafts import APPROVALS_NEEDED, Draft, draft_folder, drafts, newly_beside

# Clocks of machines that keep time by the network differ by less.
CLOCK_ERROR = timedelta(hours=1)


def stale_release(lake: Lake, now: datetime, limits: Limits, *, is_released: bool) -> Iterator[Condition]:
    """The condition that what was received or decided long ago is in no release yet."""
    if is_released:
        return
    release, manifest = _current(lake)
    waiting = _unreleased(lake, manifest, release.made_at if release else None)
    limit = timedelta(hours=limits.release_hours)
    # What seems to come from the future was written under a wrong clock and may be old.
    if all(-CLOCK_ERROR < now - since < limit for since in waiting):
        return
    yield Condition(
        STALE,
        "release",
        state=release.release_id if release else "none",
        what=f"Something was received or decided {limits.release_hours:g} hours ago and is in no release.",
        touches=f"Analysts read {release.release_id}." if release else "Analysts have no release to read.",
        remedy=("vrp run", "Dagster: Runs, the newest run of the rebuild"),
    )


def _current(lake: Lake) -> tuple[Release | None, dict[str, Any]]:
    """Return the current release with its manifest; None and an empty one where there is none."""
    try:
        release = current_release(lake)
        return release, release.manifest
    except NoReleaseError:
        return None, {}


def _unreleased(lake: Lake, manifest: dict[str, Any], made_at: datetime | None) -> Iterator[datetime]:
    """Yield when each delivery came, and when each decision was taken, on which a release does not rest."""
    released = {(each["feed"], each["delivery_id"]) for each in manifest.get("deliveries", ())}
    for delivery in all_deliveries(lake):
        if (delivery.feed, delivery.delivery_id) not in released:
            # Past deliveries may be received late: the folder tells when it was made.
            try:
                changed_at = delivery.path(lake).parent.stat().st_mtime
            except FileNotFoundError:  # removed since it was listed
                continue
            yield datetime.fromtimestamp(changed_at, UTC)
    for feed in FEEDS.values():
        for each in acceptances_of(lake, feed):
            if made_at is None or each.accepted_at > made_at:
                yield each.accepted_at


def damaged_release(lake: Lake) -> Iterator[Condition]:
    """The condition that the current release, or the pointer to it, is not what was written."""
    try:
        must_be_whole(current_release(lake))
    except DamagedReleaseError as error:
        yield Condition(
            DAMAGED,
            "release",
            state=hashlib.sha256(str(error).encode()).hexdigest()[:16],
            what=f"{str(error)[0].upper()}{str(error)[1:]}",
            touches="Analysts and BI tools read what is there, or nothing; no report is drafted from it.",
            remedy=("vrp run", "vrp status"),
        )
    except NoReleaseError:
        return


def full_disk(lake: Lake, limits: Limits) -> Iterator[Condition]:
    """The condition that the disk of the lake is nearly full; it changes with each halving of what is free."""
    usage = shutil.disk_usage(lake.present.root)  # what is as of a past day lies in it
    share = usage.free / usage.total
    if share >= limits.disk_free_share:
        return
    step = 0
    while share < limits.disk_free_share / 2 ** (step + 1) and step < 5:
        step += 1
    yield Condition(
        DISK,
        "lake",
        state=str(step),
        what=f"The disk of the lake has {usage.free / 1e9:,.1f} GB free, {share:.0%} of it.",
        touches="A run that finds no room fails; what stood before still stands.",
        remedy=(f"du -sh {lake.root}/*", "vrp prune"),
    )


def unreadable_inbox(lake: Lake) -> Iterator[Condition]:
    """The condition that the inbox, or a folder in it, is not there or cannot be read: it looks as if nothing came.

    The inbox of the lake itself need not be there: who receives by hand has none.
    """
    inbox = inbox_of(lake)
    unread = unread_folders(inbox)
    if inbox in unread and inbox == lake.inbox and not inbox.exists():
        return
    if unread:
        others = len(unread) - (inbox in unread)
        # The names of folders below it are those of senders, who may have named them after people.
        what = f"The inbox {inbox}" if inbox in unread else f"{others} of the folders in the inbox {inbox}"
        yield Condition(
            INBOX,
            "lake",
            state=hashlib.sha256("\0".join(map(str, unread)).encode()).hexdigest()[:16],
            what=f"{what} cannot be read, or {'is' if inbox in unread else 'are'} not there.",
            touches="No file that an agency drops there is received; its months become overdue.",
            remedy=(
                rf"sudo -u vrp find {inbox} -type d \( ! -readable -o ! -executable \)",
                "findmnt   where the inbox is a share",
            ),
        )


def wrong_clock(lake: Lake, now: datetime) -> Iterator[Condition]:
    """The condition that deliveries seem to come from the future: the clock is wrong now, or was then.

    Deliveries keep their order through it: a file that comes later is later in the ledger, whatever the clock says. So
    what comes afterwards is recorded as of that day too, and the condition stays the same.
    """
    ahead = [delivery for delivery in all_deliveries(lake) if delivery.received_at - now > CLOCK_ERROR]
    if not ahead:
        return
    yield Condition(
        CLOCK,
        "lake",
        state=ahead[0].folder_name,
        what=(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and deliveries were received at"
            f" {ahead[0].received_at:%Y-%m-%d %H:%M} UTC, which has not come yet."
        ),
        touches="Months count as overdue up to that day, and what is received now is recorded as of that day.",
        remedy=(
            "timedatectl   and set the clock if it is wrong",
            *(f"Else receive again: {delivery.path(lake).parent}" for delivery in ahead[:5]),
            *([f"and {len(ahead) - 5} more"] if len(ahead) > 5 else []),
        ),
    )


def unpublished_drafts(lake: Lake, now: datetime, limits: Limits) -> Iterator[Condition]:
    """One condition for each draft whose day is near and that will not be published, or whose time has passed.

    It will not where approvals are missing, or where it was attacked before a version beside it became public. Drafts
    of simulated data have no day and wait for nobody.
    """
    for draft in drafts(lake):
        if draft.publish_at is None:
            continue
        due = datetime.fromisoformat(draft.publish_at)
        is_late = now - due > CLOCK_ERROR
        beside = newly_beside(lake, draft)
        is_ready = draft.is_approved and not beside
        if not is_late and (is_ready or due - now > timedelta(days=limits.draft_days)):
            continue
        year = draft.financial_year
        day = f"{due.astimezone(TIME_ZONE):%H:%M on %-d %B %Y}"
        missing = "" if draft.is_approved else f" Approvals: {len(draft.approvals)} of {APPROVALS_NEEDED}."
        if beside:
            missing = f" It was attacked before {' and '.join(beside)} became public, so it has to be made anew."
        yield Condition(
            DRAFT,
            year,
            state=" ".join((draft.id, str(len(draft.approvals)), str(is_late), *beside)),
            what=f"The draft of {year} {'was not' if is_late else 'is to be'} published at {day}.{missing}",
            touches="Until it is published the version before stays public, or none.",
            remedy=_what_a_draft_needs(lake, draft, now),
        )


def _what_a_draft_needs(lake: Lake, draft: Draft, now: datetime) -> tuple[str, ...]:
    if draft.has_missed_its_day(now):
        return (f"vrp publish {draft.financial_year} --on DAY",)
    if newly_beside(lake, draft):
        return (f"vrp publish {draft.financial_year}",)
    if draft.is_approved:
        return ("vrp publish --due",)
    return (f"Read {draft_folder(lake, draft)}", f"vrp approve {draft.financial_year} --draft {draft.id}")
