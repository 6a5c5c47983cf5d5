"""The share of A&E assaults that police know: a signal of broken linkage that needs no truth, as `agreement` is.

London found a quarter to a third, South Wales 41 % with personal identifiers ([GLA ISTV 2026],
[Gray 2017]). A share outside the expected band means that a feed, its clock or its locations have changed, or that the
model no longer fits.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

EXPECTED_SHARE = (0.15, 0.60)
# With fewer attendances the share can leave the band by chance.
FEWEST = 100


@dataclass(frozen=True)
class MatchedShare:
    """Assault attendances, and of how many of them police have a record of the same incident."""

    attendances: int
    known: int

    @property
    def share(self) -> float | None:
        """The share from 0 to 1; None without attendances."""
        return self.known / self.attendances if self.attendances else None

    @property
    def is_expected(self) -> bool:
        """Return whether the share lies in the expected band, or rests on too few attendances to tell."""
        least, most = EXPECTED_SHARE
        return self.share is None or self.attendances < FEWEST or least <= self.share <= most

    @property
    def sentence(self) -> str:
        """The share beside the expected band, and what to check if it lies outside."""
        if self.share is None:
            return "No A&E assault was linked: there is none."
        least, most = EXPECTED_SHARE
        said = (
            f"{self.share:.1%} of {self.attendances:,} A&E assaults are known to police"
            f" (expected {least:.0%} to {most:.0%})."
        )
        if self.is_expected:
            return said
        return (
            f"{said} Before all-source figures are used, see whether times, places or ages of the police or the"
            " emergency feed have changed (vrp status --feed health__emergency_attendances)."
        )


def matched_share(records: pa.Table, incidents: pa.Table) -> MatchedShare:
    """Return the expected share: each attendance counts by the probability that police have a record of it.

    `records` has the columns event_record_id and feed; `incidents` has the schema `links.INCIDENTS`.
    """
    with duckdb.connect() as connection:
        connection.register("records", records.select(["event_record_id", "feed"]))
        connection.register("incidents", incidents.select(["event_record_id", "known_to_police_probability"]))
        counted = connection.execute("""
            select count(*), cast(round(coalesce(sum(known_to_police_probability), 0)) as integer)
            from records inner join incidents using (event_record_id)
            where feed = 'health__emergency_attendances'
        """).fetchall()[0]
        return MatchedShare(*counted)
