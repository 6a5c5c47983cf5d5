"""Try changes from the command line: `python -m tests.campaign FEED [NUMBER | MUTATION SEED]`.

Prints each fault with the change that shows it; with a mutation and a seed also the changed file's path.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="campaign-"))
os.environ.setdefault("VRP_KEY_FILE", str(SCRATCH / "pseudonym.key"))

from tests.campaign.changes import Change, changes_of, tried  # noqa: E402


def main(arguments: list[str]) -> None:
    """Try one change, or so many of a feed."""
    feed, *rest = arguments
    if len(rest) == 2:
        folder = SCRATCH / "one"
        folder.mkdir()
        result = tried(Change(feed, rest[0], int(rest[1])), folder)
        reading = result.reading
        print(f"file: {folder}")
        print(f"oracle: {reading.at_least} to {reading.at_most} records {reading.nobody_can_tell}")
        print(f"bronze {len(result.end.published)}, aside {len(result.end.aside)}, held {sorted(result.end.held)}")
        for problem, remedy in result.end.refusals:
            print(f"refused: {problem} {remedy}")
        print(*result.faults, sep="\n")
        return
    for change in changes_of(feed, int(rest[0]) if rest else 90):
        folder = SCRATCH / f"{change.feed}-{change.seed}"
        folder.mkdir()
        started = time.perf_counter()
        result = tried(change, folder)
        seconds = time.perf_counter() - started
        shutil.rmtree(folder)
        for fault in result.faults:
            print(f"{fault}\t{change.feed}\t{change.mutation}\t{change.seed}\t{seconds:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
