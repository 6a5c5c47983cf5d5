"""Tests of one group stay on one worker, which builds what they share once."""

import pytest


@pytest.mark.xdist_group("groups")
def test_the_workers_are_told_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("run with -n 2 --dist loadgroup")
    assert request.node.nodeid.endswith("@groups"), "pytest-xdist groups tests by the end of their ids"
