"""The code location that tests of the UI load: one feed, in the lake that the environment names."""

import dagster as dg

from vrp_pipeline.defs.feeds import feed_asset
from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake

defs = dg.Definitions(
    assets=[feed_asset(FEEDS["police__offences"])],
    resources={"lake": LakeResource(root=str(Lake.from_environment().root))},
    executor=dg.in_process_executor,
)
