"""The gate: a draft is published when two people other than its author approved it and its time has come."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import holding_zone
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report.approval.drafts import (
    RECORD,
    Approval,
    Draft,
    Person,
    digest_of,
    discard_draft,
    draft_folder,
    keep_draft,
    newly_beside,
    read_draft,
)
from vrp_pipeline.report.approval.notices import list_version


class GateError(ValueError):
    """An approval that does not count, or a draft that is missing or was changed by hand."""


def withdraw_draft(lake: Lake, financial_year: str) -> Draft:
    """Remove the draft of a year with its approvals and return it. Raises GateError if there is none."""
    with holding_zone(lake.root, lake.drafts.name):
        draft = discard_draft(lake, financial_year)
    if draft is None:
        raise GateError(f"There is no draft of {financial_year}.")
    return draft


def approve(lake: Lake, financial_year: str, person: Person, *, draft_id: str | None = None) -> Draft:
    """Record that a person approves the draft of a financial year; return it.

    With `draft_id` only that draft can be approved, so that nobody approves a draft they have not read. Raises
    GateError if there is no such draft, its files were changed, or the person is its author or has approved it already.
    """
    with holding_zone(lake.root, lake.drafts.name):
        draft = _checked(lake, financial_year)
        if draft_id is not None and not draft.digest.startswith(draft_id):
            raise GateError(
                f"The draft of {financial_year} is {draft.id} now, not {draft_id}: it was changed. Read it again."
            )
        by_name_alone = draft.is_simulated
        if not person.name.strip():
            raise GateError("An approval needs a name.")
        if person.is_same(draft.author, by_name_alone=by_name_alone):
            raise GateError(
                "The author of a draft may not approve it. Two other people have to read it, each under an account of"
                " their own."
            )
        if any(person.is_same(each.person, by_name_alone=by_name_alone) for each in draft.approvals):
            raise GateError("This person has approved the draft already; another has to.")
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        draft = replace(draft, approvals=(*draft.approvals, Approval(person, draft.digest, at)))
        keep_draft(lake, draft)
    return draft


def publish(lake: Lake, financial_year: str, now: dt.datetime | None = None) -> Path | None:
    """Publish the draft of a year if it is approved and its time has come; return the folder, None if it has to wait.

    The record with its approvals is kept beside the drafts. Raises GateError if there is no draft or it was changed.
    """
    with holding_zone(lake.root, lake.drafts.name), holding_zone(lake.root, lake.published.name):
        draft = _checked(lake, financial_year)
        moment = now or dt.datetime.now(dt.UTC)
        target = _published_folder(lake, draft)
        # Files that a killed publication moved are public already, so they are listed even if their day has passed.
        if draft_folder(lake, draft).exists():
            if not (draft.is_approved and draft.is_due(moment)):
                return None
            target.parent.mkdir(parents=True, exist_ok=True)
            draft_folder(lake, draft).rename(target)
        _list_and_keep(lake, draft, moment)
        return target


def complete_publication(lake: Lake, financial_year: str, now: dt.datetime) -> None:
    """Complete a publication that was killed after it moved the files, when the version is public but listed nowhere.

    Does nothing if none was begun. Call it while holding the zone of drafts.
    """
    draft = read_draft(lake, financial_year)
    if draft is None or draft_folder(lake, draft).exists() or not _published_folder(lake, draft).exists():
        return
    with holding_zone(lake.root, lake.published.name):
        _list_and_keep(lake, draft, now)


def _published_folder(lake: Lake, draft: Draft) -> Path:
    return lake.published / draft.financial_year / f"v{draft.version}"


def _list_and_keep(lake: Lake, draft: Draft, moment: dt.datetime) -> None:
    """List a version whose files are public, and keep the record of its draft."""
    list_version(lake, draft, moment.astimezone(TIME_ZONE).date())
    kept = lake.drafts / draft.financial_year / f"v{draft.version}.published.json"
    (lake.drafts / draft.financial_year / RECORD).replace(kept)


def _checked(lake: Lake, financial_year: str) -> Draft:
    """Return the draft of a year if its files are unchanged and its attack knew all related public versions.

    If a publication was killed between its two steps, the files have already moved.
    """
    draft = read_draft(lake, financial_year)
    if draft is None:
        raise GateError(f"There is no draft of {financial_year}. Run: vrp publish {financial_year}")
    folder = draft_folder(lake, draft)
    if not folder.exists():
        folder = lake.published / financial_year / folder.name
    if digest_of(folder) != draft.digest:
        raise GateError(
            f"The files of the draft of {financial_year} were changed by hand, so no approval holds."
            f" Run: vrp publish {financial_year}"
        )
    if not_attacked := newly_beside(lake, draft):
        raise GateError(
            f"The draft of {financial_year} was attacked together with {_list(draft.attacked_with)}; now"
            f" {_list(not_attacked)} are public, and together they may disclose what neither does alone."
            f" Run: vrp publish {financial_year}"
        )
    return draft


def _list(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "no other year"
