"""`python -m vrp_pipeline.feeds.generated [--check]`: write the files generated from the contracts, or compare them.

Exit codes: 0 written or unchanged; 1 with `--check` where a file differs from what the contracts say.
"""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated import PROJECT, differences


def run(arguments: Sequence[str], feeds: Collection[Feed] = tuple(FEEDS.values()), project: Path = PROJECT) -> int:
    """Write, or with `--check` compare, the generated files of `project`. Return the exit code."""
    found = differences(feeds, project)
    if "--check" in arguments:
        for path in found:
            print(f"{path} differs from the contracts: run make contracts", file=sys.stderr)
        return 1 if found else 0
    for path, text in found.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
        print(f"{path} written")
    print(f"{len(found)} files written" if found else "Everything says what the contracts say")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
