"""Where everything lives: the zones of the lake and the names of the folders in them.

Paths only. What a zone holds is written by the one room that owns it: `landing` receives, `ingest` writes
bronze, quarantine and verdicts, dbt writes the warehouse, `lake.releases` the releases, `report` the publications.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.feeds.contract import Feed

PROJECT = Path(__file__).resolve().parents[2]
EXPECTATIONS = PROJECT / "expectations"
DBT_PROJECT = PROJECT / "dbt_project"


@dataclass(frozen=True)
class Lake:
    """A data lake below one folder. Another folder is another lake: nothing is shared but the key."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Lake":
        """The lake named by VRP_DATA_LAKE, by default `data_lake/` beside the package."""
        return cls(Path(os.environ.get("VRP_DATA_LAKE") or PROJECT / "data_lake").resolve())

    @property
    def inbox(self) -> Path:
        """Files as agencies drop them; the pipeline never writes here (the simulator plays the agencies)."""
        return self.root / "inbox"

    @property
    def landing(self) -> Path:
        """Deliveries as received, unchanged for ever."""
        return self.root / "landing"

    @property
    def refused(self) -> Path:
        """Files no feed could be recognised in, kept with the reason."""
        return self.landing / "refused"

    @property
    def bronze(self) -> Path:
        """The conformed months that passed."""
        return self.root / "bronze"

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

    def bronze_part(self, feed: Feed, part: str) -> Path:
        """The Parquet file of one month or edition."""
        return self.bronze_table(feed) / f"{feed.partition_name}={part}" / "data.parquet"

    def quarantine_part(self, feed: Feed, part: str) -> Path:
        """The Parquet file of the rows of one month that did not pass."""
        return self.root / "quarantine" / feed.agency / feed.table / f"{feed.partition_name}={part}" / "data.parquet"

    def verdict_part(self, feed: Feed, part: str) -> Path:
        """The judgement on the newest delivery of one month."""
        return self.root / "verdicts" / feed.agency / feed.table / f"{feed.partition_name}={part}" / "verdict.json"

    def verdicts_of(self, feed: Feed) -> Path:
        """Folder of a feed's verdicts."""
        return self.root / "verdicts" / feed.agency / feed.table
