"""The code location that tests of schedules load: the night and the job it starts."""

import dagster as dg

from vrp_pipeline.defs.resources import LakeResource
from vrp_pipeline.defs.schedules import nightly, receive_job
from vrp_pipeline.lake.paths import Lake

defs = dg.Definitions(
    jobs=[receive_job],
    schedules=[nightly],
    resources={"lake": LakeResource(root=str(Lake.from_environment().root))},
)
