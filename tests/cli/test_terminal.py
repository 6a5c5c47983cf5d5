"""What a terminal shows of a run: a bar for each feed, whose clock stops when the next begins."""

import io

from rich.console import Console
from rich.progress import Progress

from vrp_pipeline.cli.terminal import BarPerStep


def test_the_clock_of_a_feed_stops_when_the_next_begins_though_not_all_its_months_came() -> None:
    bars = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    listen = BarPerStep(bars)
    listen("dagster", "loading the pipeline", 0, 0)
    listen("fire__incidents", "reading", 3, 28)
    listen("fire__incidents", "publishing", 24, 28)
    assert [task.finished for task in bars.tasks] == [True, False]
    listen("police__offences", "reading", 1, 28)
    listen("dagster", "building and testing the models", 0, 0)
    assert [(task.description, task.completed, task.finished) for task in bars.tasks] == [
        ("dagster: loading the pipeline", 1, True),
        ("fire__incidents: publishing", 24, True),
        ("police__offences: reading", 1, True),
        ("dagster: building and testing the models", 0, False),
    ]
    listen.end()
    assert bars.finished
