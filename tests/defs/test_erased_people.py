"""A night after an erasure: people who were erased and are delivered again enter nothing, and the night goes on."""

import dagster as dg
import pyarrow.parquet as pq

from tests.conftest import fixture_of
from tests.defs.test_lake_resource import quiet
from tests.support.deliveries import rows_of, take
from vrp_pipeline.defs.feeds import FeedConfig, feed_asset
from vrp_pipeline.defs.partitions import months
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.erasure.people import rows_of as rows_about
from vrp_pipeline.erasure.people import subject
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.erasures import record
from vrp_pipeline.lake.paths import Lake

OFFENCES = FEEDS["police__offences"]
FIRST, LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def test_a_night_ingests_what_came_after_an_erasure_without_the_erased_person(lake: Lake) -> None:
    person = subject("police_person", next(row["victim_ref"] for row in rows_of(OFFENCES.name) if row["victim_ref"]))
    record(lake, person)
    take(lake, fixture_of(OFFENCES.name))
    assert rows_about(lake, person)
    asset = feed_asset(OFFENCES)
    night = dg.materialize(
        [asset],
        resources={"lake": LakeResource(root=str(lake.root))},
        run_config=dg.RunConfig(ops={asset.op.name: FeedConfig(only_new=True)}),
        instance=quiet(),
        tags={FIRST: months.get_first_partition_key() or "", LAST: "2024-03"},
    )
    assert night.success
    rows = [row for path in published_partitions(lake, OFFENCES).values() for row in pq.read_table(path).to_pylist()]
    assert rows
    assert not [row for row in rows if person.pseudonym in row.values()]
    assert rows_about(lake, person) == {}
