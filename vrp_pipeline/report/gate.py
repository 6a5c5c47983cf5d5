"""The gate: a draft is published when two people other than its author approved it and its time has come.

An approval holds for the bytes of a draft; whatever changes them, the approvals are gone. Drafts lie outside
`published/`, so that serving that folder never shows one. No content is made here.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import holding_zone, remove_directory, write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report.versions import names_beside

APPROVALS_NEEDED = 2
RECORD = "draft.json"
# How much of the digest of a draft is shown and typed.
SHORT = 12


class GateError(ValueError):
    """An approval that may not count, or a draft that is not there or was changed by hand."""


@dataclass(frozen=True)
class Person:
    """Who acts: the name they give, and the account of the machine."""

    name: str
    login: str

    def is_same(self, other: "Person", *, by_name_alone: bool) -> bool:
        """Return whether two are one person: by name, and unless `by_name_alone` also by account."""
        same_name = " ".join(self.name.casefold().split()) == " ".join(other.name.casefold().split())
        return same_name or (not by_name_alone and self.login == other.login)


@dataclass(frozen=True)
class Approval:
    """Who approved which bytes, and when (ISO, UTC)."""

    person: Person
    digest: str
    at: str


@dataclass(frozen=True)
class Draft:
    """A version that is not public yet. `digest` is that of its files, `content` that of what it says.

    `publish_at` is None for simulated data, which are published as soon as they are approved. `correction` tells what
    was wrong in the version before, `attacked_with` which published versions of other years the attack knew.
    """

    financial_year: str
    version: int
    author: Person
    digest: str
    content: str
    publish_at: str | None
    is_simulated: bool
    headline: str
    correction: str | None = None
    attacked_with: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()

    @property
    def id(self) -> str:
        """The beginning of the digest, by which people name a draft."""
        return self.digest[:SHORT]

    @property
    def is_approved(self) -> bool:
        """Return whether enough people approved these very bytes."""
        return len([each for each in self.approvals if each.digest == self.digest]) >= APPROVALS_NEEDED

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether the time of publication has come, and its day, which the page names, is not over."""
        return self._due is None or (now >= self._due and not self.has_missed_its_day(now))

    def has_missed_its_day(self, now: dt.datetime) -> bool:
        """Return whether the day of publication is over in London."""
        return self._due is not None and now.astimezone(TIME_ZONE).date() > self._due.date()

    @property
    def _due(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.publish_at).astimezone(TIME_ZONE) if self.publish_at else None

    def waits_for(self, now: dt.datetime | None = None) -> str:
        """Say what the draft still waits for, by default at present."""
        missing = APPROVALS_NEEDED - len(self.approvals)
        people = f"{missing} more {'person' if missing == 1 else 'people'} other than its author" if missing > 0 else ""
        if self.has_missed_its_day(now or dt.datetime.now(dt.UTC)):
            return f"a new day, as {self._due:%-d %B %Y} has passed: run vrp publish {self.financial_year} again"
        time = f"its time, {self._due:%H:%M on %-d %B %Y} (London)" if self._due else ""
        return " and ".join(each for each in (people and f"approval by {people}", time) if each) or "nothing"


def draft_folder(lake: Lake, draft: Draft) -> Path:
    """Return the folder of a draft's files."""
    return lake.drafts / draft.financial_year / f"v{draft.version}"


def read_draft(lake: Lake, financial_year: str) -> Draft | None:
    """Return the draft of a financial year, or None."""
    path = lake.drafts / financial_year / RECORD
    if not path.is_file():
        return None
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    approvals = tuple(Approval(**{**each, "person": Person(**each["person"])}) for each in held["approvals"])
    attacked_with = tuple(held.get("attacked_with", ()))
    return Draft(**{**held, "author": Person(**held["author"]), "approvals": approvals, "attacked_with": attacked_with})


def keep_draft(lake: Lake, draft: Draft) -> None:
    """Write the record of a draft. Call it while holding the zone of drafts."""
    write_json(lake.drafts / draft.financial_year / RECORD, asdict(draft))


def newly_beside(lake: Lake, draft: Draft) -> tuple[str, ...]:
    """Return the published versions beside a draft if its attack did not know them all: it has to be made anew.

    Empty where it knew them, and for a draft whose files are public themselves.
    """
    beside = names_beside(lake, draft.financial_year)
    return beside if beside != draft.attacked_with and draft_folder(lake, draft).exists() else ()


def discard_draft(lake: Lake, financial_year: str) -> Draft | None:
    """Remove the draft of a year with its approvals and return it, None if there is none.

    Call it while holding the zone of drafts.
    """
    draft = read_draft(lake, financial_year)
    if draft is not None:
        (lake.drafts / financial_year / RECORD).unlink()
        if draft_folder(lake, draft).exists():
            remove_directory(draft_folder(lake, draft))
    return draft


def withdraw_draft(lake: Lake, financial_year: str) -> Draft:
    """Remove the draft of a year with its approvals and return it. Raises GateError if there is none."""
    with holding_zone(lake.root, lake.drafts.name):
        draft = discard_draft(lake, financial_year)
    if draft is None:
        raise GateError(f"There is no draft of {financial_year}.")
    return draft


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def approve(lake: Lake, financial_year: str, person: Person, *, draft_id: str | None = None) -> Draft:
    """Record that a person approves the draft of a financial year; return it.

    With `draft_id` only that draft, so that nobody approves what they have not read. Raises GateError if there is no
    such draft, its files were changed, or the person is its author or has approved it already.
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


def drafts(lake: Lake) -> Iterator[Draft]:
    """Yield the drafts of all financial years."""
    for record in sorted(lake.drafts.glob(f"*/{RECORD}")):
        if found := read_draft(lake, record.parent.name):
            yield found


def publish(lake: Lake, financial_year: str, now: dt.datetime | None = None) -> Path | None:
    """Publish the draft of a year if it is approved and its time has come; return the folder, None if it has to wait.

    The record with its approvals is kept beside the drafts. Raises GateError if there is no draft or it was changed.
    """
    with holding_zone(lake.root, lake.drafts.name), holding_zone(lake.root, lake.published.name):
        draft = _checked(lake, financial_year)
        moment = now or dt.datetime.now(dt.UTC)
        target = _published_folder(lake, draft)
        # Files that a killed publication moved are public already: they are listed, whatever day it is by now.
        if draft_folder(lake, draft).exists():
            if not (draft.is_approved and draft.is_due(moment)):
                return None
            target.parent.mkdir(parents=True, exist_ok=True)
            draft_folder(lake, draft).rename(target)
        _list_and_keep(lake, draft, moment)
        return target


def complete_publication(lake: Lake, financial_year: str, now: dt.datetime) -> None:
    """Complete a publication killed after it moved the files: the version would stand in public, listed nowhere.

    Nothing happens where none was begun. Call it while holding the zone of drafts.
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
    from vrp_pipeline.report.notices import list_version

    list_version(lake, draft, moment.astimezone(TIME_ZONE).date())
    kept = lake.drafts / draft.financial_year / f"v{draft.version}.published.json"
    (lake.drafts / draft.financial_year / RECORD).replace(kept)


def _checked(lake: Lake, financial_year: str) -> Draft:
    """Return the draft of a year if its files are those it was made of, attacked with all that is public beside it.

    A publication that was killed between its two steps has moved the files already.
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
            f" {_list(not_attacked)} are public, and together they may tell what neither does."
            f" Run: vrp publish {financial_year}"
        )
    return draft


def _list(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "no other year"
