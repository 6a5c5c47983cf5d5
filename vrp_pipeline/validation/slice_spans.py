"""Small slices that are gone: those without a row in several months together.

A hospital with three rows a month, a programme with eight events or a rare offence leaves by chance now and then no row
in a month, so that `slice_extremes` calls none of them vanished there. In a quarter or half a year it does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrp_pipeline.validation.chance import BY_CHANCE, chance_of_none
from vrp_pipeline.validation.slices import Slices

SPANS = (3, 6)
# What comes only in a season is in fewer of the months before.
SHARE_OF_MONTHS = 0.75


@dataclass(frozen=True)
class Gone:
    """A slice without a row in the last `months`, this one included, where `usual` rows are usual in as many."""

    slicing: str
    label: str
    months: int
    usual: float


def gone(slices: Slices, before: Sequence[Slices], least: float) -> Iterator[Gone]:
    """Yield the slices that are gone, each with the shortest span that shows it.

    `before` are the months before in their order. The usual rows of a span are those of the months before it but the
    fullest, scaled to its length; a slice counts if it had a row in most of them, and at least `least` are usual.
    Chance is that of all slices and spans together.
    """
    labels = {(slicing, label) for past in before for slicing in past.keys() & slices for label in past[slicing]}
    missing = {(slicing, label) for slicing, label in labels if not slices[slicing].get(label)}
    by_chance = BY_CHANCE / (2 * len(SPANS) * max(len(labels), 1))
    for slicing, label in sorted(missing):
        for months in SPANS:
            earlier, span = before[: 1 - months], before[1 - months :]
            if len(earlier) < months:
                break
            counts = [past[slicing].get(label, 0) for past in earlier if slicing in past]
            rows = sum(past.get(slicing, {}).get(label, 0) for past in span)
            if rows or sum(map(bool, counts)) < SHARE_OF_MONTHS * len(earlier):
                continue
            # Without the fullest month: one that held rows twenty times over makes no slice usual.
            usual = months * (sum(counts) - max(counts)) / (len(counts) - 1)
            if usual >= least and chance_of_none(usual, len(counts) / months) < by_chance:
                yield Gone(slicing, label, months, usual)
                break
