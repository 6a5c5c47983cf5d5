"""The clock jumps ahead or back and is set right: what comes later still counts, and somebody is told."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.deliveries import rows_of, write_rows
from tests.support.product import BIN, Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import PROJECT, Lake

OFFENCES = FEEDS["police__offences"]


def sent(folder: Path, rows: int) -> Path:
    """An extract of the first so many crimes of the fixture."""
    return write_rows(folder / f"offences {rows}.csv", rows_of(OFFENCES.name)[:rows])


def bronze(lake: Lake) -> dict[str, bytes]:
    """The months of the crimes and their bytes."""
    folder = lake.bronze / "police" / "offences"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def receive_under(jump: str, product: Product, file: Path) -> None:
    """Receive a file with a clock that is off."""
    command = ["faketime", "-f", jump, str(BIN / "vrp"), "receive", str(file)]
    subprocess.run(command, env=product.environment, cwd=PROJECT, capture_output=True, check=True)


@pytest.mark.parametrize("jump", ["+400d", pytest.param("-400d", marks=pytest.mark.nightly)])
def test_the_file_that_came_last_counts_though_the_clock_was_off_when_the_one_before_it_came(
    tmp_path: Path, jump: str
) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not installed")
    jumped, steady = Product(tmp_path / "jumped"), Product(tmp_path / "steady")
    files = [sent(tmp_path, rows) for rows in (60, 50, 55)]
    for product in (jumped, steady):
        for number, file in enumerate(files):
            if product is jumped and number == 1:
                receive_under(jump, product, file)
            else:
                product.call("vrp", "receive", file)
        ingest(product.lake, OFFENCES)
    assert bronze(jumped.lake) == bronze(steady.lake)

    printed = jumped.call("vrp", "alerts", exit_code=3)
    assert ("which has not come yet" in printed) == (jump == "+400d")
    assert "which has not come yet" not in steady.call("vrp", "alerts", exit_code=3)
