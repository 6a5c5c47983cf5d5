"""A month that several senders deliver, each in files of its own, in any order and some of them twice."""

from pathlib import Path
from random import Random
from typing import Any

from tests.campaign.deliveries import Delivery, base
from tests.campaign.judgement import canaries_of, faults
from tests.campaign.layouts import LAYOUTS
from tests.campaign.oracle.reading import records_of
from tests.campaign.oracle.records import Reading
from tests.campaign.pipeline import calls

FEEDS_WITH_SENDERS = tuple(feed for feed, layout in LAYOUTS.items() if layout.sender)


def by_sender(feed: str) -> dict[str, Delivery]:
    """A delivery of each sender alone."""
    whole = base(LAYOUTS[feed])
    if whole.layout.form in ("xlsx", "zipxml"):
        senders: list[Any] = list(whole.parts)
    else:
        place = whole.column(whole.layout.sender or "")
        senders = sorted({row[place] for row in whole.rows()})
    made = {}
    for sender in senders:
        own = whole.copy()
        if whole.layout.form in ("xlsx", "zipxml"):
            own.parts = {sender: own.parts[sender]}
        else:
            own.parts = {part: [row for row in rows if row[place] == sender] for part, rows in own.parts.items()}
        made[str(sender)] = own
    return made


def tried_by_senders(feed: str, seed: int, folder: Path) -> list[str]:
    """What is wrong after the files of all senders came in an order of chance, in one call or several."""
    chance, layout = Random(f"senders {feed} {seed}"), LAYOUTS[feed]
    whole, files = Reading(), []
    for number, delivery in enumerate(by_sender(feed).values()):
        file = folder / f"{number}-{layout.file}"
        file.write_bytes(delivery.to_bytes())
        reading = records_of(file.read_bytes(), layout)
        whole.records += reading.records
        whole.at_least += reading.at_least
        whole.at_most += reading.at_most
        files.append(file)
    chance.shuffle(files)
    sent = [files] if chance.random() < 0.5 else [[file] for file in files]
    if chance.random() < 0.5:
        sent.append([files[0]])
    end = calls(folder / "lake", feed, sent)
    return faults(layout, whole, end, canaries_of(base(layout)))
