"""An edition of published figures beside those before it, and the deciles of a list beside its ranks.

Figures in thousands, of one sex, or under the headings of other ages are each possible; only beside the same areas in
an earlier edition do they show. What is compared is declared in the contract (`Totals`, `Ranks`), what is tolerated is
in the suite.
"""

import hashlib
from collections.abc import Mapping
from math import sqrt

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.feeds.contract.agreement import Ranks
from vrp_pipeline.feeds.contract.totals import Totals

# Areas are chosen by their hash, so that two editions have the same ones in common whatever else each covers. Small
# areas differ in size by a third about their mean, so the sum of a thousand is known to 1 %.
SAMPLE = 1_000
# A wrong edition that is held stands among those before; more than the last one is compared, so that a second wrong one
# does not pass beside the first.
EDITIONS = 3

# The figure of each sampled area, or of each part (column) over all areas.
Figures = Mapping[str, int]


def totals_of(totals: Totals, rows: pa.Table) -> dict[str, int]:
    """Return the figure of each area, or of the `SAMPLE` areas with the smallest hashes."""
    for column, value in totals.where.items():
        rows = rows.filter(pc.fill_null(pc.equal(rows[column], value), fill_value=False))
    if totals.newest_of and rows.num_rows:
        rows = rows.filter(pc.equal(rows[totals.newest_of], pc.max(rows[totals.newest_of])))
    pairs = zip(rows[totals.of].to_pylist(), rows[totals.column].to_pylist(), strict=True)
    figures: dict[str, int] = {area: figure for area, figure in pairs if area is not None and figure is not None}
    chosen = sorted(figures, key=lambda area: hashlib.sha256(area.encode()).digest())[:SAMPLE]
    return {area: figures[area] for area in sorted(chosen)}


def parts_of(totals: Totals, rows: pa.Table) -> dict[str, int]:
    """Return the sum of each part over all areas."""
    return {part: int(pc.sum(rows[part]).as_py() or 0) for part in totals.parts}


def edition_metrics(
    edition: tuple[Figures, Figures], before: Mapping[str, tuple[Figures, Figures]]
) -> dict[str, float | str | None]:
    """Return how far the figures (of areas, and of parts) lie from those of the last `EDITIONS` editions before.

    least_of_total_before, most_of_total_before: the sum of the areas common to both as a share of what it was, the
    smallest and the largest · change_of_part: the factor by which the share of a part rose or fell, at least 1, less
    what chance explains; the largest counts. Each with the figures in words and the edition compared. NaN without an
    earlier edition or without an area in common.
    """
    nothing = float("nan")
    metrics: dict[str, float | str | None] = {"change_of_part": nothing} | dict.fromkeys(PART_WORDS)
    for end in ENDS:
        metrics |= {end: nothing} | {f"{end}_{word}": None for word in TOTAL_WORDS}
    shares: list[tuple[float, dict[str, str]]] = []
    changes: list[tuple[float, dict[str, str]]] = []
    for name, (areas, parts) in sorted(before.items())[-EDITIONS:]:
        common = areas.keys() & edition[0].keys()
        now, then = (sum(figures[area] for area in common) for figures in (edition[0], areas))
        if then:
            words = (f"{now:,}", f"{then:,}", f"{len(common):,}", name)
            shares.append((now / then, dict(zip(TOTAL_WORDS, words, strict=True))))
        changes += _changes(edition[1], parts, name)
    for end, choose in zip(ENDS, (min, max), strict=True):
        if shares:
            share, told = choose(shares, key=lambda each: each[0])
            metrics |= {end: share} | {f"{end}_{word}": value for word, value in told.items()}
    if changes:
        change, told = max(changes, key=lambda each: each[0])
        metrics |= {"change_of_part": change, **told}
    return metrics


ENDS = ("least_of_total_before", "most_of_total_before")
TOTAL_WORDS = ("now", "then", "areas", "edition")
PART_WORDS = ("part_name", "part_now", "part_then", "part_edition")


def _changes(parts: Figures, before: Figures, edition: str) -> list[tuple[float, dict[str, str]]]:
    now, then = sum(parts.values()), sum(before.values())
    if not now or not then:
        return []
    found = []
    for part in parts.keys() & before.keys():
        share, usual = parts[part] / now, before[part] / then
        # Add-one smoothing: a part of which nobody was counted may still occur.
        larger, smaller = sorted(((parts[part] + 1) / (now + 1), (before[part] + 1) / (then + 1)), reverse=True)
        scatter = CHANCE * sqrt(1 / (parts[part] + 1) + 1 / (before[part] + 1))
        change = max(1.0, larger / smaller / (1 + scatter))
        found.append((change, dict(zip(PART_WORDS, (part, f"{share:.2%}", f"{usual:.2%}", edition), strict=True))))
    return found


def rank_metrics(ranks: Ranks, rows: pa.Table) -> dict[str, float]:
    """Return how many rows have another decile than that of their rank, ⌈10 × rank ÷ areas⌉, and their share.

    A rank next to the end of a decile may have either, since publishers cut 33,755 areas into ten unequal parts.
    """
    wrong = judged = 0
    for rank, decile in zip(rows[ranks.rank].to_pylist(), rows[ranks.decile].to_pylist(), strict=True):
        if rank is None or decile is None:
            continue
        judged += 1
        wrong += decile not in {-(-10 * near // ranks.areas) for near in (rank - 1, rank, rank + 1)}
    return {"share_of_other_decile": wrong / judged if judged else float("nan"), "rows_of_other_decile": float(wrong)}
