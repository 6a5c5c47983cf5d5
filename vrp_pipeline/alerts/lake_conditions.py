"""Conditions of the lake as a whole: no release, a full disk, a clock that is wrong, a draft that nobody publishes.

Those of single feeds are in `feed_conditions`.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from vrp_pipeline.alerts.condition import CLOCK, DISK, DRAFT, STALE, Condition, Limits
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import POINTER
from vrp_pipeline.report.gate import APPROVALS_NEEDED, draft_folder, drafts

# Clocks of machines that keep time by the network differ by less.
CLOCK_ERROR = timedelta(hours=1)


def stale_release(lake: Lake, now: datetime, limits: Limits, *, is_released: bool) -> Iterator[Condition]:
    """The condition that what was received long ago is in no release yet."""
    received = all_deliveries(lake)
    if is_released or not received:
        return
    pointer = lake.releases / POINTER
    limit = timedelta(hours=limits.release_hours)
    came = max(path.stat().st_mtime for path in lake.landing.glob("*/*/[0-9]*"))
    made = pointer.stat().st_mtime if pointer.exists() else 0.0
    newest = datetime.fromtimestamp(max(came, made), UTC)
    # What seems to come from the future was written under a wrong clock and may be old.
    if -CLOCK_ERROR < now - newest < limit:
        return
    name = json.loads(pointer.read_text(encoding="utf-8"))["release"] if pointer.exists() else None
    yield Condition(
        STALE,
        "release",
        state=name or "none",
        what=f"No release has been made for {limits.release_hours:g} hours, although there is something to release.",
        touches=f"Analysts read {name}." if name else "Analysts have no release to read.",
        remedy=("vrp run", "Dagster: Runs, the newest run of the rebuild"),
    )


def full_disk(lake: Lake, limits: Limits) -> Iterator[Condition]:
    """The condition that the disk of the lake is nearly full; it changes with each halving of what is free."""
    usage = shutil.disk_usage(lake.root)
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


def wrong_clock(lake: Lake, now: datetime) -> Iterator[Condition]:
    """The condition that the newest delivery seems to come from the future: the clock is wrong now, or was then.

    Deliveries keep their order through it: a file that comes later is later in the ledger, whatever the clock says.
    """
    received = all_deliveries(lake)
    if not received or received[-1].received_at - now < CLOCK_ERROR:
        return
    newest = received[-1]
    yield Condition(
        CLOCK,
        "lake",
        state=newest.folder_name,
        what=(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and the newest delivery was received at"
            f" {newest.received_at:%Y-%m-%d %H:%M} UTC, which has not come yet."
        ),
        touches="Months count as overdue up to that day, and what is received now is recorded as of that day.",
        remedy=("timedatectl   and set the clock if it is wrong", f"ls {lake.deliveries_of(FEEDS[newest.feed])}"),
    )


def unpublished_drafts(lake: Lake, now: datetime, limits: Limits) -> Iterator[Condition]:
    """One condition for each draft whose day is near and not approved, or whose time has passed.

    Drafts of simulated data have no day and wait for nobody.
    """
    for draft in drafts(lake):
        if draft.publish_at is None:
            continue
        due = datetime.fromisoformat(draft.publish_at)
        is_late = now - due > CLOCK_ERROR
        if not is_late and (draft.is_approved or due - now > timedelta(days=limits.draft_days)):
            continue
        year = draft.financial_year
        day = f"{due.astimezone(TIME_ZONE):%H:%M on %-d %B %Y}"
        missing = "" if draft.is_approved else f" Approvals: {len(draft.approvals)} of {APPROVALS_NEEDED}."
        yield Condition(
            DRAFT,
            year,
            state=f"{draft.id} {len(draft.approvals)} {is_late}",
            what=f"The draft of {year} {'was not' if is_late else 'is to be'} published at {day}.{missing}",
            touches="Until it is published the version before stays public, or none.",
            remedy=("vrp publish --due",)
            if draft.is_approved
            else (f"Read {draft_folder(lake, draft)}", f"vrp approve {year} --draft {draft.id}"),
        )
