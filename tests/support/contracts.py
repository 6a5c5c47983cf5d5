"""Small contracts in the agencies' formats, for tests of readers that need no agency's columns."""

from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Format
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf


def contract(form: Format, headers: dict[str, str], *, required: tuple[str, ...] = ()) -> Feed:
    """A feed of text columns, given as names in bronze with their headers; the first tells the month."""
    columns = tuple(
        Column(header=header, name=name, description=name, required=name in required)
        for name, header in headers.items()
    )
    return Feed(
        agency="test", table="table", title="Test", description="A table for tests", row="a line", source="nobody",
        columns=columns, format=form, period=MonthOf(columns[0].name), cadence=Cadence.MONTHLY, due_days=1,
    )  # fmt: skip
