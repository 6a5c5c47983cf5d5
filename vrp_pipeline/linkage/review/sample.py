"""The sample of pairs that people review: strata by pair of feeds and band of probability, and a seeded draw.

The frame is every pair of records of different feeds that is in one incident or was scored. Strata whose outcome is
least certain and that hold most pairs get most of the sample (Neyman allocation by the model's own probability), and
each gets a few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.lake.link_reviews import Sample, SampledPair, Stratum
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.zone import INCIDENTS_FILE, LINKS_FILE, must_be_linked, read_event_records

# A stratum in which the model is sure of itself is not left out: that is what a review is to find out.
FEWEST_OF_A_STRATUM = 4
LEAST_DEVIATION = 0.15
# What a pair in one incident is taken for that is there through links of other records alone.
LIKELY_THROUGH_OTHERS = 0.9
_PAIRS = f"""
    with members as (select event_record_id, incident_id, feed from incidents inner join feeds using (event_record_id)),
    joined as (
        select least(l.event_record_id, r.event_record_id) as left_record_id,
            greatest(l.event_record_id, r.event_record_id) as right_record_id, l.feed, r.feed as other
        from members as l
        inner join members as r on l.incident_id = r.incident_id and l.feed < r.feed
    ),
    scored as (
        select least(left_record_id, right_record_id) as left_record_id,
            greatest(left_record_id, right_record_id) as right_record_id,
            least(left_feed, right_feed) as feed, greatest(left_feed, right_feed) as other,
            match_probability, link_status
        from links where left_feed <> right_feed
    )
    select left_record_id, right_record_id, coalesce(joined.feed, scored.feed) as feed,
        coalesce(joined.other, scored.other) as other, joined.feed is not null as is_linked,
        case
            when is_linked and coalesce(link_status, '') not in ('certain', 'linked') then 'through other links'
            when link_status = 'certain' then 'certain' when match_probability >= 0.95 then '0.95 to 1'
            when match_probability >= 0.8 then '0.8 to 0.95' when match_probability >= 0.5 then '0.5 to 0.8'
            when match_probability >= 0.2 then '0.2 to 0.5' else '0.05 to 0.2'
        end as band,
        case when band = 'through other links' then {LIKELY_THROUGH_OTHERS} else match_probability end as likely
    from joined full join scored using (left_record_id, right_record_id)
    order by 3, 4, is_linked desc, band, left_record_id, right_record_id
"""  # noqa: S608 - the parts are constants of this module


class NothingToReviewError(RuntimeError):
    """There is no pair of records of different feeds."""


@dataclass(frozen=True)
class Frame:
    """What is drawn from: links and incidents of the zone with their fingerprint, and the feed of each record.

    `links` has the schema `events.assignment.EVENT_LINKS`, `incidents` the schema `events.links.INCIDENTS`, `feeds` the
    columns event_record_id and feed.
    """

    links: pa.Table
    incidents: pa.Table
    feeds: pa.Table
    fingerprint: str


def frame_of(lake: Lake) -> Frame:
    """Return the links of a lake as they stand. Raises events.zone.NotLinkedError and NoEventRecordsError."""
    summary = must_be_linked(lake)
    return Frame(
        links=pq.read_table(lake.event_links / LINKS_FILE),
        incidents=pq.read_table(lake.event_links / INCIDENTS_FILE),
        feeds=read_event_records(lake, ("event_record_id", "feed")),
        fingerprint=summary.fingerprint,
    )


def draw(frame: Frame, *, size: int, seed: int, drawn_by: str, now: datetime | None = None) -> Sample:
    """Draw about `size` pairs, the same for the same seed. Raises NothingToReviewError."""
    with duckdb.connect() as connection:
        for name in ("links", "incidents", "feeds"):
            connection.register(name, getattr(frame, name))
        rows = connection.execute(_PAIRS).fetchall()
    if not rows:
        raise NothingToReviewError("no pair of records of different feeds has been scored. Run: vrp run")
    members: dict[tuple[str, str, bool, str], list[int]] = {}
    for number, (_, _, feed, other, is_linked, band, _) in enumerate(rows):
        members.setdefault((feed, other, is_linked, band), []).append(number)
    strata = [
        Stratum((feed, other), band, is_linked, len(numbers))
        for (feed, other, is_linked, band), numbers in members.items()
    ]
    likely = [float(np.mean([rows[number][-1] for number in numbers])) for numbers in members.values()]
    rng = np.random.default_rng(seed)
    wanted = allocation(strata, likely, size)
    drawn = [
        SampledPair(rows[number][0], rows[number][1], stratum)
        for stratum, numbers in enumerate(members.values())
        for number in rng.choice(numbers, wanted[stratum], replace=False)
    ]
    # In mixed order, so that no reviewer sees from its place how likely a pair is.
    pairs = tuple(drawn[number] for number in rng.permutation(len(drawn)))
    drawn_at = (now or datetime.now(UTC)).astimezone(UTC)
    version = frame.links["model_version"][0].as_py()
    return Sample(seed, version, frame.fingerprint, tuple(strata), pairs, drawn_by, drawn_at)


def allocation(strata: Sequence[Stratum], likely: Sequence[float], size: int) -> list[int]:
    """Return how many pairs of each stratum to draw; `likely` is the mean probability of its pairs."""
    deviation = np.maximum(LEAST_DEVIATION, np.sqrt([share * (1 - share) for share in likely]))
    pairs = np.array([stratum.pairs for stratum in strata])
    wanted = np.rint(size * pairs * deviation / (pairs * deviation).sum()).astype(int)
    return [int(each) for each in np.minimum(pairs, np.maximum(FEWEST_OF_A_STRATUM, wanted))]
