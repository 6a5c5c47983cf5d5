"""An edition that has several periods, beside itself and beside editions before it.

A publisher's table tells the past again in each edition. Figures that stand under another year, in thousands in the
newest column, added up from quarter to quarter, or copied from the year before are numbers like any others; only the
table's other periods, and what earlier editions said of the same ones, tell. What is tolerated is in the suite.
"""

import re
from collections.abc import Mapping, Sequence
from math import inf

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.quantities import Series
from vrp_pipeline.validation.editions import Figures

BETWEEN = "|"
# Verdicts hold whole numbers, and rates have three decimals.
THOUSANDTHS = 1_000
# Of smaller figures a correction of one is more than a twentieth, and two years have the same by chance.
LEAST_FIGURE = 50 * THOUSANDTHS
LEAST_FIGURES = 10
# A figure that was told again is the same but for late corrections, which are small [K].
CORRECTED = 0.05


def series_of(series: Series, rows: pa.Table) -> dict[str, int]:
    """Return the figure of each period and area in thousandths, summed over what the table divides it into."""
    return _summed(series, series.of, rows)


def figures_by_code(series: Series, rows: pa.Table) -> dict[str, int]:
    """Return the figure of each period and code of a table that has some, summed over its areas."""
    return _summed(series, series.by_code, rows) if series.by_code else {}


def _summed(series: Series, by: str, rows: pa.Table) -> dict[str, int]:
    figures: dict[str, int] = {}
    numbers = pc.if_else(_is_number(rows[series.column]), pc.cast(rows[series.column], pa.string()), None)
    for period, area, number in zip(
        rows[series.period].to_pylist(), rows[by].to_pylist(), numbers.to_pylist(), strict=True
    ):
        if period is not None and area is not None and number is not None:
            key = f"{period}{BETWEEN}{area}"
            figures[key] = figures.get(key, 0) + round(float(number) * THOUSANDTHS)
    return figures


def _is_number(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(pc.cast(values, pa.string()), r"^-?[0-9]+(?:\.[0-9]+)?$"), False)


def series_metrics(
    figures: Figures, before: Mapping[str, Figures], codes: Figures | None = None
) -> dict[str, float | str | None]:
    """Return how the newest period follows from the one before it, and how many figures of the past are others now.

    newest_of_period: the sum of the newest period as a share of that of the period before, over areas that have both ·
    share_of_same: the share of areas with just the figure of the period before · share_of_revised: the share of the
    figures that the newest edition before tells too that differ by more than a twentieth · share_of_moved: the share
    of these that are just the figure of a neighbouring period there, and not that of their own · rows_gone: the codes
    of the period before that the newest lacks, and one of them · change_of_code: the factor, at least 1, by which the
    figure of a code rose or fell most. Each with its number of areas or figures; NaN where too few tell.
    """
    nothing = float("nan")
    metrics: dict[str, float | str | None] = {"newest_of_period": nothing, "share_of_same": nothing}
    metrics |= {"rows_of_same": 0.0, "share_of_revised": nothing, "rows_of_revised": 0.0}
    metrics |= {"share_of_moved": nothing, "rows_of_moved": 0.0}
    metrics |= {"rows_gone": 0.0, "part_gone": None, "change_of_code": nothing, "part_changed": None}
    metrics |= {"period_newest": None, "period_before": None, "edition_before": None}
    of_area = _by_period(figures)
    if len(of_area) > 1:
        earlier, newest = sorted(of_area, key=_years)[-2:]
        now, then = of_area[newest], of_area[earlier]
        common = [area for area in now.keys() & then.keys() if then[area] >= LEAST_FIGURE]
        if len(common) >= LEAST_FIGURES:
            same = sum(now[area] == then[area] for area in common)
            metrics |= {
                "newest_of_period": sum(now[area] for area in common) / sum(then[area] for area in common),
                "share_of_same": same / len(common),
                "rows_of_same": float(same),
                "period_newest": newest,
                "period_before": earlier,
            }
        of_code = _by_period(codes or {})
        metrics |= _of_codes(of_code.get(earlier, {}), of_code.get(newest, {}))
    if before:
        edition = max(before)
        told = [key for key in figures.keys() & before[edition].keys() if before[edition][key] >= LEAST_FIGURE]
        if len(told) >= LEAST_FIGURES:
            revised = sum(abs(figures[key] / before[edition][key] - 1) > CORRECTED for key in told)
            metrics |= {
                "share_of_revised": revised / len(told),
                "rows_of_revised": float(revised),
                **_moved(figures, before[edition], told),
                "edition_before": edition,
            }
    return metrics


def _moved(figures: Figures, before: Figures, told: Sequence[str]) -> dict[str, float]:
    """Return how many figures stand one period from where the edition before has them, and their share.

    Years that moved by a column are figures like those of their neighbours, and may lie within any tolerance.
    """
    periods = sorted({key.partition(BETWEEN)[0] for key in before}, key=_years)
    beside = {
        period: [near for place in (number - 1, number + 1) if 0 <= place < len(periods) for near in [periods[place]]]
        for number, period in enumerate(periods)
    }
    moved = 0
    for key in told:
        period, _, area = key.partition(BETWEEN)
        if figures[key] != before[key]:
            moved += any(figures[key] == before.get(f"{near}{BETWEEN}{area}") for near in beside[period])
    return {"share_of_moved": moved / len(told), "rows_of_moved": float(moved)}


def _of_codes(then: Figures, now: Figures) -> dict[str, float | str | None]:
    """Return which codes of the period before are gone in the newest, and which moved most."""
    judged = {name: figure for name, figure in sorted(then.items()) if figure >= LEAST_FIGURE}
    lost = [name for name in judged if name not in now]
    moved = {
        name: max(now[name] / figure, figure / now[name]) if now[name] > 0 else inf
        for name, figure in judged.items()
        if name in now
    }
    furthest = max(moved, key=lambda name: moved[name], default=None)
    return {
        "rows_gone": float(len(lost)),
        "part_gone": lost[0] if lost else None,
        "change_of_code": moved[furthest] if furthest is not None else float("nan"),
        "part_changed": furthest,
    }


def _by_period(figures: Figures) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, figure in figures.items():
        period, _, area = key.partition(BETWEEN)
        found.setdefault(period, {})[area] = figure
    return found


def _years(period: str) -> tuple[list[int], str]:
    """Return what periods are ordered by: the years they name, as 2023/24, Apr 2023 to Mar 2024 or 2021/22 - 23/24."""
    return [int(year) for year in re.findall(r"\d{4}", period)], period
