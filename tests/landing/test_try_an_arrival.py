"""The commands of docs/operations.md by which a simulated month is kept back and arrives later."""

import os
import subprocess
import sys
from pathlib import Path

from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake


def test_a_month_kept_back_arrives_as_simulated_as_the_others(tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    typed = page.split("### Try an arrival")[1].split("```sh\n")[1].split("```")[0]
    assert "vrp sample --to" in typed
    assert "&& vrp run" in typed
    # Small, and without the run, which takes minutes.
    typed = typed.replace("vrp sample", "vrp sample --scale 0.02").replace(" && vrp run", "")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": path, "VRP_KEY_FILE": str(tmp_path / "key")}
    subprocess.run(["bash", "-euc", typed], check=True, env=environment, cwd=tmp_path, capture_output=True)
    lake = Lake(tmp_path / "trial")
    before = all_deliveries(lake)
    assert before
    assert not [each for each in before if "2024-03" in each.file_name]
    again = ["vrp", "receive", str(lake.inbox)]
    subprocess.run(again, check=True, env={**environment, "VRP_DATA_LAKE": str(lake.root)}, capture_output=True)
    (new,) = [each for each in all_deliveries(lake) if each.delivery_id not in {one.delivery_id for one in before}]
    assert (new.feed, set(new.partitions), new.is_simulated) == ("fire__incidents", {"2024-03"}, True)
