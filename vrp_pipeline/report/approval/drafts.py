"""Drafts: versions that are not public yet, each a folder of files and a record of its approvals beside it.

An approval applies to the exact bytes of a draft: any change voids it. Drafts are outside `published/`, so that serving
that folder never shows one. This module makes no content and publishes nothing.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import remove_directory, write_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report.approval.versions import names_beside

APPROVALS_NEEDED = 2
RECORD = "draft.json"
# How much of the digest of a draft is shown and typed.
SHORT = 12


@dataclass(frozen=True)
class Person:
    """A person who acts: the name they give, and their account on the machine."""

    name: str
    login: str

    def is_same(self, other: "Person", *, by_name_alone: bool) -> bool:
        """Return whether both are the same person: by name and, unless `by_name_alone`, also by account."""
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
    """A version that is not public yet. `digest` covers its files, `content` what it says.

    `publish_at` is None for simulated data, which are published as soon as they are approved. `correction` says what
    was wrong in the previous version, `attacked_with` names the published versions that the attack knew.
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
        """Return whether enough people approved exactly these bytes."""
        return len([each for each in self.approvals if each.digest == self.digest]) >= APPROVALS_NEEDED

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether the time of publication has come and its day, which the page names, is not over."""
        return self._due is None or (now >= self._due and not self.has_missed_its_day(now))

    def has_missed_its_day(self, now: dt.datetime) -> bool:
        """Return whether the day of publication is over in London."""
        return self._due is not None and now.astimezone(TIME_ZONE).date() > self._due.date()

    @property
    def _due(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.publish_at).astimezone(TIME_ZONE) if self.publish_at else None

    def waits_for(self, now: dt.datetime | None = None) -> str:
        """Return what the draft still waits for at a time, by default now."""
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
    """Return the related published versions if the draft's attack did not know all of them, so that it must be redone.

    Empty if the attack knew them, and for a draft whose files are public already.
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


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def drafts(lake: Lake) -> Iterator[Draft]:
    """Yield the drafts of all financial years."""
    for record in sorted(lake.drafts.glob(f"*/{RECORD}")):
        if found := read_draft(lake, record.parent.name):
            yield found
