"""Fixtures for all tests: temporary lakes, the fixture file of a feed, and Dagster isolated from the user's own.

The environment is set before any import, because the dbt project and Dagster read it when they load.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

_SCRATCH = Path(tempfile.mkdtemp(prefix="vrp-tests-"))
os.environ["VRP_DATA_LAKE"] = str(_SCRATCH / "lake")
os.environ["VRP_KEY_FILE"] = str(_SCRATCH / "keys" / "pseudonym.key")
os.environ["DAGSTER_HOME"] = str(_SCRATCH / "dagster")
os.environ["GX_ANALYTICS_ENABLED"] = "False"
os.environ["DO_NOT_TRACK"] = "1"

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from vrp_pipeline.lake.paths import PROJECT, Lake  # noqa: E402

if TYPE_CHECKING:
    from tests.support.product import Product
    from tests.synthetic.conftest import Simulated

# How long an example takes depends on what else the machine does: no test asserts a time.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

FIXTURES = Path(__file__).parent / "fixtures"
REAL_DATA = PROJECT.parent / "shared" / "data"


def fixture_of(feed: str) -> Path:
    """The fixture of a feed: the one file in tests/fixtures whose name begins with the feed's."""
    (path,) = (path for path in FIXTURES.iterdir() if path.name.startswith((f"{feed}.", f"{feed}_")))
    return path


# The groups that take minutes, longest first.
LONG_GROUPS = [
    *("services", "killed runs", "acceptance", "spine", "dbt", "incident ids", "failing models", "levels", "erasure"),
    *("backup", "two runs", "clustered world", "identifiers", "metrics of the sample", "holding", "as of", "real data"),
    *("unknown codes", "boundaries in metres", "strangers", "long archive"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that must stay on one worker: the longest of them last would leave the other idle.

    Coverage is that of the day tests, whichever tests run.
    """

    def place(item: pytest.Item) -> int:
        marker = item.get_closest_marker("xdist_group")
        if marker is None:
            return len(LONG_GROUPS) + 1
        (name,) = marker.args
        return LONG_GROUPS.index(name) if name in LONG_GROUPS else len(LONG_GROUPS)

    items.sort(key=place)
    # Most of what nightly tests do is done by processes of their own, where no line is seen.
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker("no_cover")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real public data beside the checkout; tests that ask for it skip where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("real data is not beside this checkout (../shared/data)")
    return REAL_DATA


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> "Product":
    """All fixtures received, ingested and released: made once for all workers. Copy it before you change it."""
    from tests.support.product import Product
    from vrp_pipeline.feeds import FEEDS
    from vrp_pipeline.lake.atomic import waiting_for_zone

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    product = Product(shared / "finished")
    with waiting_for_zone(shared, "finished", lambda _: None):
        if not product.is_finished:
            shutil.rmtree(product.root, ignore_errors=True)  # begun by a worker that was killed
            product.call("vrp", "receive", *map(fixture_of, FEEDS))
            product.call("vrp", "run")
            product.note_finished()
    return product


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> "Simulated":
    """A small simulated partnership at the default seed, written once for all tests that ask for it."""
    from tests.synthetic.conftest import simulated

    return simulated(tmp_path_factory.mktemp("small"))
