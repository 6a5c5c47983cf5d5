"""What a release says of the records it rests on: made up, real, or both."""

import json
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.nil_returns import receive_nil
from vrp_pipeline.release.provenance import provenance

OFFENCES, EVENTS, DISTRICTS = "police__offences", "communities__events", "reference__districts"


def simulated(path: Path) -> Path:
    """List a file beside it as the simulator does."""
    path.with_name("simulated.json").write_text(json.dumps({"sha256": [hash_of(path)]}), encoding="utf-8")
    return path


def told(lake: Lake) -> tuple[bool, bool]:
    """Whether a release is simulated, and whether it has real records."""
    held = provenance(lake)
    return held["is_simulated"], held["has_real_records"]


@pytest.fixture
def made_up(lake: Lake, tmp_path: Path) -> Lake:
    """A lake with one simulated delivery."""
    (tmp_path / "simulated").mkdir()
    take(lake, simulated(write_rows(tmp_path / "simulated" / "first.csv", rows_of(OFFENCES))))
    assert told(lake) == (True, False)
    return lake


def test_real_public_lists_and_nil_returns_beside_made_up_records_are_no_real_records(made_up: Lake) -> None:
    take(made_up, fixture_of(DISTRICTS))
    receive_nil(
        made_up, FEEDS["communities__anonymous_reports"], "2023-08", declared_by="A Clerk", reason="said by the charity"
    )
    assert told(made_up) == (True, False)


def test_a_real_record_beside_made_up_ones_is_told(made_up: Lake) -> None:
    take(made_up, fixture_of(EVENTS))
    assert told(made_up) == (True, True)


def test_made_up_records_that_real_ones_replaced_make_no_release_simulated(made_up: Lake, tmp_path: Path) -> None:
    rows = rows_of(OFFENCES)
    take(made_up, write_rows(tmp_path / "real.csv", [*rows[1:], rows[0]]))
    assert told(made_up) == (False, True)
