"""Tests of one group stay on one worker, which builds what they share once."""

from pathlib import Path

import pytest

from tests.conftest import LONG_GROUPS

TESTS = Path(__file__).parent


@pytest.mark.xdist_group("groups")
def test_the_workers_are_told_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("run with -n 2 --dist loadgroup")
    assert request.node.nodeid.endswith("@groups"), "pytest-xdist groups tests by the end of their ids"


def test_each_group_that_is_started_early_has_tests() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    assert [name for name in LONG_GROUPS if f'xdist_group("{name}")' not in sources] == []
