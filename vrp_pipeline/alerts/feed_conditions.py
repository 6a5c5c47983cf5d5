"""Conditions of the feeds: months that are held, and files that were refused.

Read from verdicts, decisions and refusals. What did not come is in `absences`, the lake as a whole in
`lake_conditions`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from vrp_pipeline.alerts.condition import HELD, REFUSED, Condition
from vrp_pipeline.alerts.wording import counted, listed, touched
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.decisions import acceptances_of, are_settled, newest_acceptances
from vrp_pipeline.lake.paths import REFUSAL, Lake
from vrp_pipeline.lake.standings import newest_per_partition
from vrp_pipeline.lake.verdicts import Verdict, held_verdicts
from vrp_pipeline.landing.refused_files import KeptRefusal, names_of, refusals, unmended, without_names

# A refusal is news for a week; the file is kept for longer.
REFUSED_FOR = timedelta(days=7)
# More sentences make no message that anybody reads.
REFUSALS_TOLD = 5


def held(lake: Lake) -> Iterator[Condition]:
    """One condition for each feed with held months that nobody has accepted and no newer delivery replaces.

    Either is the end of what a person has to do: the next run publishes the month, or judges what came.
    """
    for feed, grouped in groupby(held_verdicts(lake), key=attrgetter("feed")):
        verdicts = _undecided(lake, feed, list(grouped))
        if not verdicts:
            continue
        months = [verdict.partition for verdict in verdicts]
        yield Condition(
            HELD,
            feed,
            state=" ".join(f"{verdict.partition}/{verdict.delivery_id}" for verdict in verdicts),
            what=f"{counted(months)} of {feed} held: {listed(map(_why, verdicts))}.",
            touches=touched([feed]) + " The last good rows of each month stay.",
            remedy=(
                f"vrp status --feed {feed}",
                "vrp receive CORRECTED_FILE && vrp run",
                f'vrp accept {feed} {months[0]} --reason "…" && vrp run',
            ),
        )


def _undecided(lake: Lake, feed: str, verdicts: list[Verdict]) -> list[Verdict]:
    """Return those of a feed's held verdicts that are on the newest delivery and rest on no decision."""
    newest = newest_per_partition(lake, FEEDS[feed])
    decisions = newest_acceptances(acceptances_of(lake, FEEDS[feed]))

    def is_open(verdict: Verdict) -> bool:
        standing = newest.get(verdict.partition)
        is_newest = standing is None or standing.delivery_id == verdict.delivery_id
        return is_newest and not are_settled(decisions, verdict)

    return [verdict for verdict in verdicts if is_open(verdict)]


def refused(lake: Lake, now: datetime) -> Iterator[Condition]:
    """One condition for the files refused within a week and not received since, each with the reason.

    It changes when one of them comes again as it was.
    """
    kept = refusals(lake)
    # Refused files are kept for months, and asking what was received since reads the whole ledger.
    recent = [each for each in kept if abs(now - each.refused_at) < REFUSED_FOR]
    found = unmended(lake, recent) if recent else []
    if not found:
        return
    names = names_of(lake, kept)
    told = found[:REFUSALS_TOLD]
    more = f" And {len(found) - len(told)} more." if len(found) > len(told) else ""
    feeds = sorted({each.feed for each in found if each.feed})
    yield Condition(
        REFUSED,
        "files",
        state=" ".join(f"{each.folder.name}/{each.times}" if each.times > 1 else each.folder.name for each in found),
        what=f"{_headline(found)}: {' '.join(_sentence(each, names) for each in told)}{more}",
        touches="Nothing of it was received; the months stay as they were." + (f" {touched(feeds)}" if feeds else ""),
        remedy=(
            *dict.fromkeys(without_names(each.remedy, names) for each in told),
            "vrp receive CORRECTED_FILE && vrp run   it is over once a file of the same name is received",
            *(f"cat {each.folder}/{REFUSAL}   names the file" for each in told),
        ),
    )


def _headline(found: list[KeptRefusal]) -> str:
    if len(found) > 1:
        return f"{len(found)} files refused within a week"
    return f"A file of {found[0].feed} refused" if found[0].feed else "A file of no known feed refused"


def _sentence(refusal: KeptRefusal, names: set[str]) -> str:
    """Return what is wrong with a file, in the words of its refusal, and whether it came so before."""
    again = f" It came {refusal.times} times." if refusal.times > 1 else ""
    feed = f" ({refusal.feed})" if refusal.feed else ""
    return f"{refusal.folder.name}{feed}: {without_names(refusal.problem, names)}{again}"


def _why(verdict: Verdict) -> str:
    # Names of expectations are ours; their reasons may quote the agreed value that is missing.
    return f"{verdict.partition} (unmet: {', '.join(sorted(set(verdict.holding)))})"
