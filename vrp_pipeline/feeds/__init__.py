"""The contract of each feed: declarations without behaviour, one module per agency.

`FEEDS` maps the name of every declared feed to its contract, in display order. To add a feed, declare it in its
agency's module and list the module here; `tests/test_feeds.py` then reports what is still missing. What repeats a
contract is written by `generated`.
"""

from vrp_pipeline.feeds import (
    communities,
    fire,
    health,
    local_authorities,
    police,
    probation,
    reference,
    youth_justice,
)
from vrp_pipeline.feeds.contract.feed import Feed

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for agency in (police, health, fire, probation, youth_justice, local_authorities, communities, reference)
    for feed in agency.FEEDS
}
