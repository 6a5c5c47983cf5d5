"""Where everything lives: the zones of the lake, the names of the folders in them, and the lake as of a past day.

Paths only. What a zone holds is written by the one room that owns it: `landing` receives, `ingest` writes
bronze, quarantine, verdicts and Data Docs, `linkage` the links, dbt the warehouse, `lake.releases` the releases,
`report` the publications.
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE

PROJECT = Path(__file__).resolve().parents[2]
EXPECTATIONS = PROJECT / "expectations"
DBT_PROJECT = PROJECT / "dbt_project"
LOOKING_BACK = "as_of"


class NoSuchDayError(ValueError):
    """What was named as the as-of day is no day, or has not come yet."""


class LookingBackError(RuntimeError):
    """Something new was to enter a lake as of a past day, which can only know what was known then."""


@dataclass(frozen=True)
class Lake:
    """A data lake below one folder. Another folder is another lake: nothing is shared but the key.

    The folder `as_of/2024-08-31` of a lake is the lake as of the end of that day, London time. What it is made from,
    landing and decisions, is that of the lake around it, as far as it was there on that day; what is made of it is
    its own. The folder alone tells it, so every process that is given `root` looks back to the same day.
    """

    root: Path

    @classmethod
    def from_environment(cls, root: Path | None = None) -> "Lake":
        """The lake at `root`, by default at VRP_DATA_LAKE or in `data_lake/` beside the package.

        Where VRP_AS_OF names a day, the lake as of that day. Raises NoSuchDayError.
        """
        lake = cls((root or Path(os.environ.get("VRP_DATA_LAKE") or PROJECT / "data_lake")).resolve())
        day = os.environ.get("VRP_AS_OF")
        return lake.as_of(day) if day else lake

    def as_of(self, day: str | date) -> "Lake":
        """The lake as it could have been built at the end of `day` (`2024-08-31`). Raises NoSuchDayError."""
        try:
            found = date.fromisoformat(str(day))
        except ValueError:
            raise NoSuchDayError(f"the as-of day '{day}' is no day. Write it YYYY-MM-DD, as 2024-08-31.") from None
        if found > datetime.now(TIME_ZONE).date():
            raise NoSuchDayError(f"the as-of day {found} has not come yet: nobody knows what will be received.")
        return Lake(self.present.root / LOOKING_BACK / found.isoformat())

    @property
    def day(self) -> date | None:
        """The day as of which the lake is built; None for one that knows everything it received."""
        if self.root.parent.name != LOOKING_BACK:
            return None
        try:
            return date.fromisoformat(self.root.name)
        except ValueError:
            return None

    @property
    def present(self) -> "Lake":
        """The lake that knows everything it received: this one, or the one around it."""
        return self if self.day is None else Lake(self.root.parent.parent)

    def knows(self, moment: datetime) -> bool:
        """Whether what happened at `moment` (with time zone) had happened by the end of the as-of day in London."""
        return self.day is None or moment.astimezone(TIME_ZONE).date() <= self.day

    def must_be_present(self) -> None:
        """Raise LookingBackError in a lake as of a past day: nothing is received or decided there."""
        if self.day is not None:
            raise LookingBackError(
                f"the lake as of {self.day} is closed: what comes now was not known then. "
                f"Leave out VRP_AS_OF, or name the lake itself: {self.present.root}"
            )

    @property
    def inbox(self) -> Path:
        """Files as agencies drop them; the pipeline never writes here (the simulator plays the agencies)."""
        return self.present.root / "inbox"

    @property
    def landing(self) -> Path:
        """Deliveries as received, unchanged for ever. Which of them the lake knows, `landing.ledger` tells."""
        return self.present.root / "landing"

    @property
    def decisions(self) -> Path:
        """What people decided, unchanged for ever. A reader leaves out what the lake does not know yet (`knows`)."""
        return self.present.root / "decisions"

    @property
    def refused(self) -> Path:
        """Files no feed could be recognised in, kept with the reason."""
        return self.landing / "refused"

    @property
    def bronze(self) -> Path:
        """The conformed months that passed."""
        return self.root / "bronze"

    @property
    def event_links(self) -> Path:
        """Which reports tell of the same incident: `event_links`, `record_incidents` and how they were made."""
        return self.root / "links" / "events"

    @property
    def person_links(self) -> Path:
        """Which agencies' records are of one person, by pseudonyms: `person_records`, and how they were made."""
        return self.root / "links" / "people"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file dbt builds in; nobody else opens it for writing."""
        return self.root / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        """Immutable releases and the pointer to the current one."""
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """Annual reports, frozen by version."""
        return self.root / "published"

    def deliveries_of(self, feed: Feed) -> Path:
        """Folder of a feed's deliveries."""
        return self.landing / feed.agency / feed.table

    def bronze_table(self, feed: Feed) -> Path:
        """Folder of a feed's bronze months."""
        return self.bronze / feed.agency / feed.table

    def bronze_partition(self, feed: Feed, partition: str) -> Path:
        """The Parquet file of one month or edition."""
        return self.bronze_table(feed) / f"{feed.partition_name}={partition}" / "data.parquet"

    def quarantine_partition(self, feed: Feed, partition: str) -> Path:
        """The Parquet file of the rows of one month that did not pass."""
        return (
            self.root / "quarantine" / feed.agency / feed.table / f"{feed.partition_name}={partition}" / "data.parquet"
        )

    def quarantine_without_month(self, feed: Feed, delivery_id: str) -> Path:
        """The Parquet file of the rows of one delivery that belong to none of its months."""
        return (
            self.root
            / "quarantine"
            / feed.agency
            / feed.table
            / f"{feed.partition_name}=undated"
            / f"{delivery_id}.parquet"
        )

    def verdict_partition(self, feed: Feed, partition: str) -> Path:
        """The judgement on the newest delivery of one month."""
        return self.root / "verdicts" / feed.agency / feed.table / f"{feed.partition_name}={partition}" / "verdict.json"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages on what each feed's newest ingest found, with an index."""
        return self.root / "data_docs"

    @property
    def data_docs_index(self) -> Path:
        """The page that leads to those of all feeds."""
        return self.data_docs / "index.html"

    def data_docs_page(self, feed: Feed) -> Path:
        """The page of one feed."""
        return self.data_docs / feed.agency / f"{feed.table}.html"

    def data_docs_tally(self, feed: Feed) -> Path:
        """What the index says of one feed."""
        return self.data_docs / feed.agency / f"{feed.table}.json"

    def verdicts_of(self, feed: Feed) -> Path:
        """Folder of a feed's verdicts."""
        return self.root / "verdicts" / feed.agency / feed.table
