"""The refused files of a lake, each kept unchanged with the reason and the number of times it was given."""

import json
import shutil
from pathlib import Path

from vrp_pipeline.lake.atomic import creating_directory, to_json, write_json
from vrp_pipeline.lake.ledger import ID_LENGTH
from vrp_pipeline.lake.paths import REFUSAL, Lake
from vrp_pipeline.landing.refusal import RefusedError


class RefusedFiles:
    """The refused files of a lake during one call, in which a file counts once, however many feeds refuse it."""

    def __init__(self, lake: Lake) -> None:
        self._folder = lake.refused
        self._kept: set[str] = set()

    def keep(self, path: Path, sha256: str, refusal: RefusedError) -> None:
        """Keep a file with the reason for its refusal; of a file that was kept in an earlier call, update the record.

        Call it while holding landing.
        """
        if sha256 in self._kept:
            return
        self._kept.add(sha256)
        folder = self._folder / sha256[:ID_LENGTH]
        reason = {"problem": refusal.problem, "remedy": refusal.remedy, "sha256": sha256}
        if folder.exists():
            before = json.loads((folder / REFUSAL).read_text(encoding="utf-8"))
            write_json(folder / REFUSAL, {**before, **reason, "times": before.get("times", 1) + 1})
            return
        with creating_directory(folder) as partial:
            shutil.copyfile(path, partial / path.name)
            (partial / REFUSAL).write_text(to_json({**reason, "file_name": path.name, "times": 1}), encoding="utf-8")
