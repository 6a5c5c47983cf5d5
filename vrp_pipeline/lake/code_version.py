"""The version of the code as a digest of its files, valid without git and with uncommitted changes."""

import hashlib
from functools import lru_cache

from vrp_pipeline.lake.paths import DBT_PROJECT, EXPECTATIONS, PROJECT

_CODE = (
    (PROJECT / "vrp_pipeline", (".py", ".j2", ".css", ".json")),
    (DBT_PROJECT, (".sql", ".yml", ".csv")),
    (EXPECTATIONS, (".json",)),
)
_MADE_BY_TOOLS = {"target", "logs", "__pycache__"}


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return twelve hexadecimal digits of the SHA-256 of the package, the dbt project and the expectation suites."""
    digest = hashlib.sha256()
    for root, suffixes in _CODE:
        for path in sorted(root.rglob("*")):
            if path.suffix in suffixes and not _MADE_BY_TOOLS & set(path.relative_to(root).parts):
                digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
