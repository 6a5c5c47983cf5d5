"""Equal seeds give equal bytes, other seeds other bytes, and no agency's draws affect another's."""

from pathlib import Path

import numpy as np
import pytest

from tests.synthetic.conftest import Simulated, simulated
from vrp_pipeline.synthetic import simulate
from vrp_pipeline.synthetic.world.streams import pick, pick_by, stream


def contents(run: Simulated) -> dict[str, bytes]:
    files = [path for folder in (run.inbox, run.truth) for path in folder.iterdir()]
    return {path.name: path.read_bytes() for path in files}


def test_the_same_seed_gives_the_same_bytes_in_every_file(small: Simulated, tmp_path: Path) -> None:
    assert contents(simulated(tmp_path)) == contents(small)


def test_another_seed_gives_other_bytes_in_every_file_but_the_list_of_districts(
    small: Simulated, tmp_path: Path
) -> None:
    other, first = contents(simulated(tmp_path, seed=7)), contents(small)
    assert set(other) == set(first)
    same = {name for name in first if first[name] == other[name]}
    # Districts are real; 2011 codes and boundaries follow from the number and cells of the areas alone.
    assert same <= {
        "LAD24_CSP24_PFA24_EW_LU.csv",
        "LSOA11_LSOA21_LAD22_EW_LU.csv",
        "LSOA21_WD24_LAD24_EW_LU.csv",
        "LSOA_2021_boundaries_HIOW.geojson",
        "Census2021_LAD21_age_sex_HIOW.csv",
    }


def test_a_stream_is_told_by_its_name_and_not_by_how_many_others_there_are() -> None:
    first = stream(5, "police").random(3)
    stream(5, "fire").random(1000)
    assert np.array_equal(stream(5, "police").random(3), first)
    assert not np.array_equal(stream(5, "fire").random(3), first)
    assert not np.array_equal(stream(6, "police").random(3), first)


def test_what_has_no_weight_is_never_picked() -> None:
    drawn = pick(stream(1, "test"), np.array([0.0, 2.0, 0.0, 1.0, 0.0]), 5000)
    assert set(drawn) == {1, 3}
    assert np.mean(drawn == 1) == pytest.approx(2 / 3, abs=0.03)
    by_row = pick_by(stream(1, "test"), np.array([[0.0, 1.0], [3.0, 1.0]]), np.repeat([0, 1], 4000))
    assert set(by_row[:4000]) == {1}
    assert np.mean(by_row[4000:] == 0) == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize("scale", [0, -1, 3.5])
def test_a_scale_that_cannot_be_simulated_is_refused(scale: float, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="scale"):
        simulate(tmp_path / "inbox", tmp_path / "truth", scale=scale)


def test_progress_is_told_in_order_and_ends_at_one(tmp_path: Path) -> None:
    told: list[float] = []
    simulate(tmp_path / "inbox", tmp_path / "truth", scale=0.005, progress=lambda _, share: told.append(share))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1
