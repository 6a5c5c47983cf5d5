"""A lake of which a month of offences is held."""

from pathlib import Path

import pytest

from tests.support.extracts import deliver
from vrp_pipeline.lake.paths import Lake


@pytest.fixture
def held_lake(lake: Lake, tmp_path: Path) -> Lake:
    deliver(lake, tmp_path / "sent", 5, "violence_Smith_John.csv")
    return lake
