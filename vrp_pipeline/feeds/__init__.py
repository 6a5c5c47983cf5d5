"""What each agency promises: declarations, no behaviour. One module per agency.

`FEEDS` holds every declared feed by name, in the order in which they are shown. To add a feed, declare it in
its agency's module and list the module here; `tests/test_feeds.py` then reads out what is still missing.
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
from vrp_pipeline.feeds.contract import Feed

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for agency in (police, health, fire, probation, youth_justice, local_authorities, communities, reference)
    for feed in agency.FEEDS
}
