"""Paths of the lake: its zones, the folders in them, and the lake as of a past day.

Holds paths only. Each zone is filled by one package: landing by `landing`; bronze, quarantine, verdicts and Data Docs
by `ingest`, with the feed calendar beside the feeds by `calendar`; links by `linkage`; the warehouse by dbt; releases
by `release`; publications by `report`. Rows of erased people and expired months are removed by `erasure`.
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE

PROJECT = Path(__file__).resolve().parents[2]
EXPECTATIONS = PROJECT / "expectations"
DBT_PROJECT = PROJECT / "dbt_project"
LOOKING_BACK = "as_of"
# Beside a refused file: why it was refused, and how often it came.
REFUSAL = "refusal.json"


class NoSuchDayError(ValueError):
    """Raised if the as-of day is not a valid date or lies in the future."""


class LookingBackError(RuntimeError):
    """Raised on an attempt to add data to a lake as of a past day."""


class NoLakeError(RuntimeError):
    """Raised where there is no lake, by a command that would seem to have done its work in a new one."""


@dataclass(frozen=True)
class Lake:
    """A data lake below one folder. Lakes in different folders share nothing but the pseudonym key.

    The folder `as_of/2024-08-31` of a lake is the lake as of the end of that day, London time. Its inputs, landing and
    decisions, are those of the surrounding lake that existed by then; everything derived from them is its own. The
    as-of day follows from the folder alone, so every process that is given `root` uses the same day.
    """

    root: Path

    @classmethod
    def from_environment(cls, root: Path | None = None) -> "Lake":
        """Return the lake at `root`, by default at VRP_DATA_LAKE or in `data_lake/` beside the package.

        If VRP_AS_OF is set, return the lake as of that day. Raises NoSuchDayError if it is not a valid past date.
        """
        lake = cls((root or Path(os.environ.get("VRP_DATA_LAKE") or PROJECT / "data_lake")).resolve())
        day = os.environ.get("VRP_AS_OF")
        return lake.as_of(day) if day else lake

    def as_of(self, day: str | date) -> "Lake":
        """Return the lake as of the end of `day` (`2024-08-31`).

        Raises NoSuchDayError if the day is not a valid date or lies in the future.
        """
        try:
            found = date.fromisoformat(str(day))
        except ValueError:
            raise NoSuchDayError(f"the as-of day '{day}' is no day. Write it YYYY-MM-DD, as 2024-08-31.") from None
        if found > datetime.now(TIME_ZONE).date():
            raise NoSuchDayError(f"the as-of day {found} has not come yet: nobody knows what will be received.")
        return Lake(self.present.root / LOOKING_BACK / found.isoformat())

    @property
    def day(self) -> date | None:
        """The as-of day; None for a lake that uses everything received."""
        if self.root.parent.name != LOOKING_BACK:
            return None
        try:
            return date.fromisoformat(self.root.name)
        except ValueError:
            return None

    @property
    def present(self) -> "Lake":
        """The lake that uses everything received: this lake, or the one that surrounds it."""
        return self if self.day is None else Lake(self.root.parent.parent)

    def knows(self, moment: datetime) -> bool:
        """Return whether `moment` (timezone-aware) lies before the end of the as-of day in London."""
        return self.day is None or moment.astimezone(TIME_ZONE).date() <= self.day

    def must_be_present(self) -> None:
        """Raise LookingBackError if the lake is as of a past day: nothing is received or decided there."""
        if self.day is not None:
            raise LookingBackError(
                f"the lake as of {self.day} is closed: what comes now was not known then. "
                f"Leave out VRP_AS_OF, or name the lake itself: {self.present.root}"
            )

    def must_exist(self) -> None:
        """Raise NoLakeError if the folder of the lake is missing: its disk is not mounted, or its name is mistyped."""
        if not self.present.root.is_dir():
            raise NoLakeError(
                f"there is no folder {self.present.root}: its disk is not mounted, or it is not the lake that is meant "
                "(--lake, VRP_DATA_LAKE). A new lake begins with: vrp receive FILE…"
            )

    @property
    def inbox(self) -> Path:
        """Files as dropped by agencies. The pipeline never writes here; only the simulator does."""
        return self.present.root / "inbox"

    @property
    def landing(self) -> Path:
        """Deliveries as received, immutable. `lake.ledger` lists those that the lake knows."""
        return self.present.root / "landing"

    @property
    def decisions(self) -> Path:
        """Decisions of people, immutable. Readers leave out those made after the as-of day (see `knows`)."""
        return self.present.root / "decisions"

    @property
    def audit_log(self) -> Path:
        """Who did what with the data, when and for which purpose (`lake.audit`); one log for all days."""
        return self.present.root / "audit" / "log.jsonl"

    @property
    def erasures(self) -> Path:
        """The pseudonyms of people who were erased, one immutable file each (`lake.erasures`)."""
        return self.present.root / "erasures"

    @property
    def refused(self) -> Path:
        """Files that could not be received, each with the reason."""
        return self.landing / "refused"

    @property
    def bronze(self) -> Path:
        """Conformed months that passed validation."""
        return self.root / "bronze"

    @property
    def event_links(self) -> Path:
        """Links between event records of the same incident: `event_links`, `record_incidents` and the model used."""
        return self.root / "links" / "events"

    @property
    def person_links(self) -> Path:
        """Links between records of the same person, by pseudonym: `person_records` and the model used."""
        return self.root / "links" / "people"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt builds in; only dbt opens it for writing."""
        return self.root / "warehouse.duckdb"

    @property
    def dbt_target(self) -> Path:
        """What dbt parsed and compiled last for this lake. Its parse holds for one warehouse path and saves 5 s."""
        return self.root / "dbt_target"

    @property
    def releases(self) -> Path:
        """Immutable releases and the pointer to the current one."""
        return self.root / "releases"

    @property
    def state(self) -> Path:
        """What automation remembers: the inbox files taken, the alerts sent. Deleted, both are gone through again.

        No file of the inbox that was received once counts again by that.
        """
        return self.present.root / "state"

    @property
    def hot_spots(self) -> Path:
        """Maps and lists of hot spots by release, for the partnership only."""
        return self.root / "hot_spots"

    @property
    def published(self) -> Path:
        """Annual reports, immutable, by version."""
        return self.root / "published"

    @property
    def drafts(self) -> Path:
        """Annual reports that are not public yet, with their approvals, by financial year (`report.approval`)."""
        return self.root / "drafts"

    @property
    def incident_ids(self) -> Path:
        """What became of incident ids from release to release (`release.incident_changes`)."""
        return self.root / "incident_ids"

    @property
    def commentary(self) -> Path:
        """Texts by people for annual reports, Markdown by financial year. The pipeline never writes here."""
        return self.present.root / "commentary"

    @property
    def withdrawn(self) -> Path:
        """Versions that were withdrawn from `published`, where a notice stands in their place."""
        return self.root / "withdrawn"

    def deliveries_of(self, feed: Feed) -> Path:
        """Return the folder of a feed's deliveries."""
        return self.landing / feed.agency / feed.table

    def bronze_table(self, feed: Feed) -> Path:
        """Return the folder of a feed's bronze months."""
        return self.bronze / feed.agency / feed.table

    def bronze_partition(self, feed: Feed, partition: str) -> Path:
        """Return the Parquet file of one month or edition."""
        return self.bronze_table(feed) / f"{feed.partition_name}={partition}" / "data.parquet"

    def quarantine_partition(self, feed: Feed, partition: str) -> Path:
        """Return the Parquet file of the quarantined rows of one month or edition."""
        return (
            self.root / "quarantine" / feed.agency / feed.table / f"{feed.partition_name}={partition}" / "data.parquet"
        )

    def quarantine_without_month(self, feed: Feed, delivery_id: str) -> Path:
        """Return the Parquet file of the rows of one delivery that belong to none of its months."""
        return (
            self.root
            / "quarantine"
            / feed.agency
            / feed.table
            / f"{feed.partition_name}=undated"
            / f"{delivery_id}.parquet"
        )

    def verdict_partition(self, feed: Feed, partition: str) -> Path:
        """Return the verdict file for the newest delivery of one month or edition."""
        return self.root / "verdicts" / feed.agency / feed.table / f"{feed.partition_name}={partition}" / "verdict.json"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages on the newest ingest of each feed, and their index."""
        return self.root / "data_docs"

    @property
    def data_docs_index(self) -> Path:
        """The page that links to those of all feeds."""
        return self.data_docs / "index.html"

    def data_docs_page(self, feed: Feed) -> Path:
        """Return the page of one feed."""
        return self.data_docs / feed.agency / f"{feed.table}.html"

    def data_docs_tally(self, feed: Feed) -> Path:
        """Return the file of the counts that the index shows for one feed."""
        return self.data_docs / feed.agency / f"{feed.table}.json"

    def verdicts_of(self, feed: Feed) -> Path:
        """Return the folder of a feed's verdicts."""
        return self.root / "verdicts" / feed.agency / feed.table
