"""Whatever happens to a delivery, no wrong figure comes of it.

2,016 changes of the deliveries of all feeds, some 60 of single slices beside five sound months, and months of several
senders, each with files of its own. A change is given by (feed, mutation, seed) and made again by
`python -m tests.campaign FEED MUTATION SEED`. A third goes through receipt and the whole ingest in a lake of its own;
the others through receipt, reading and conforming, because great_expectations takes nine tenths of the time, and
through the whole ingest too where that looks wrong. The oracle (`oracle/`) reads the changed bytes with the standard
library and tables written by hand. All of it takes some 400 s of processor time, half as long on two cores.
"""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from tests.campaign import slices
from tests.campaign.changes import changes_of, made, tried
from tests.campaign.deliveries import base
from tests.campaign.judgement import canaries_of, faults
from tests.campaign.layouts import LAYOUTS
from tests.campaign.mutations import MUTATIONS, mutations_of
from tests.campaign.oracle.reading import records_of
from tests.campaign.pipeline import call
from tests.campaign.senders import FEEDS_WITH_SENDERS, tried_by_senders

pytestmark = pytest.mark.nightly
# Of place lists, which are alike, fewer than of what agencies send.
CHANGES = {feed: 40 if feed.startswith("reference__") else 106 for feed in LAYOUTS}
SEEDS_OF_A_SLICE = 1
SEEDS_OF_SENDERS = 4


@pytest.mark.parametrize("feed", LAYOUTS)
def test_every_change_ends_refused_held_put_aside_or_with_what_the_file_says(feed: str, tmp_path: Path) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for change in changes_of(feed, CHANGES[feed]):
        folder = tmp_path / str(change.seed)
        folder.mkdir()
        result = tried(change, folder)
        shutil.rmtree(folder)
        for fault in result.faults:
            found[fault.partition(" [")[0]].append(f"{change.feed} {change.mutation} {change.seed}")
    told = "\n".join(f"{fault}\n    " + "\n    ".join(where) for fault, where in sorted(found.items()))
    assert not found, f"{len(found)} kinds of fault in the changes of {feed}:\n{told}"


@pytest.mark.parametrize("feed", slices.FEEDS_WITH_SLICES)
def test_a_month_in_which_a_slice_is_recoded_or_vanishes_is_not_published_in_silence(feed: str, tmp_path: Path) -> None:
    lake = slices.history(feed, tmp_path / "history")
    sound = slices.tried_after(lake, tmp_path / "sound", slices.month_of(feed, slices.NEWEST))
    assert slices.is_published_in_silence(sound), "the unchanged month is not published"
    silent = []
    for number, change in enumerate(slices.slice_changes(feed, SEEDS_OF_A_SLICE)):
        folder = tmp_path / str(number)
        end = slices.tried_after(lake, folder, slices.changed(change))
        shutil.rmtree(folder)
        if end.raised or slices.is_published_in_silence(end):
            silent.append(f"{change.heading} {change.kind} (seed {change.seed}) {end.raised}")
    assert not silent, f"{feed}: published in silence:\n" + "\n".join(silent)


@pytest.mark.parametrize("feed", FEEDS_WITH_SENDERS)
def test_files_of_several_senders_add_up_in_any_order(feed: str, tmp_path: Path) -> None:
    found = {}
    for seed in range(SEEDS_OF_SENDERS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        if faulty := tried_by_senders(feed, seed, folder):
            found[f"{feed} senders {seed}"] = faulty
    assert not found


@pytest.mark.parametrize("feed", LAYOUTS)
def test_an_unchanged_delivery_is_published_whole(feed: str, tmp_path: Path) -> None:
    layout, delivery = LAYOUTS[feed], base(LAYOUTS[feed])
    file = tmp_path / layout.file
    file.write_bytes(delivery.to_bytes())
    end = call(tmp_path / "lake", feed, file, None, is_whole=True)
    assert (len(end.published), end.aside, end.refusals) == (layout.rows, [], [])
    assert faults(layout, records_of(file.read_bytes(), layout), end, canaries_of(delivery)) == []


def test_a_change_is_the_same_whenever_it_is_made() -> None:
    for feed in ("police__street_crimes", "communities__anonymous_reports", "local_authorities__children_in_need"):
        for change in changes_of(feed, len(mutations_of(LAYOUTS[feed]))):
            assert made(change)[1] == made(change)[1], change


def test_there_are_2000_changes_and_every_mutation_is_among_them() -> None:
    changes = [change for feed in LAYOUTS for change in changes_of(feed, CHANGES[feed])]
    assert len(changes) >= 2000
    assert {change.mutation for change in changes} == set(MUTATIONS)
