"""Progress: whoever listens hears each step of an ingest up to its last month, and nobody else has to."""

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.progress import listening
from vrp_pipeline.lake.paths import Lake

EVENTS = FEEDS["communities__events"]


def test_a_listener_hears_every_step_in_order_with_the_months_that_are_done(lake: Lake) -> None:
    take(lake, fixture_of("communities__events"))
    heard: list[tuple[str, str, int, int]] = []
    with listening(lambda *told: heard.append(told)):
        verdicts = ingest(lake, EVENTS)
    assert len(verdicts) == 12
    assert list(dict.fromkeys(step for _, step, _, _ in heard)) == ["reading", "validating", "publishing"]
    assert {(feed, total) for feed, _, _, total in heard} == {("communities__events", 12)}
    # A month counts as read once a row of it is; all months are judged at once.
    last = {step: done for _, step, done, _ in heard}
    assert last == {"reading": sum(verdict.rows_read > 0 for verdict in verdicts), "validating": 0, "publishing": 12}


def test_outside_the_block_of_a_listener_it_hears_nothing(lake: Lake) -> None:
    take(lake, fixture_of("communities__events"))
    heard: list[str] = []
    with listening(lambda feed, *_: heard.append(feed)):
        pass
    ingest(lake, EVENTS)
    assert heard == []
