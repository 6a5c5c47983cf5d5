"""How people name measures, areas, ages and bodies: by the seed `subject_names`, by the partnership, by its figures."""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from vrp_pipeline.feeds import partnership
from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.report.commentary.screening import as_read
from vrp_pipeline.report.commentary.subjects.subject import HEADLINE, UNKNOWN, WHOLE, Measure
from vrp_pipeline.report.content.protected import ProtectedFigure

_LEVELS = ("district", "csp")


def folded(name: str) -> str:
    """Return a name in the form in which names are compared: as readers see it, in lower case."""
    return as_read(name).replace("’", "'").casefold()


def _ways(name: str) -> set[str]:
    """Return how an area may be named: Basingstoke and Deane by either."""
    return {folded(name), *folded(name).split(" and ")}


@lru_cache(maxsize=2048)
def as_spoken(name: str) -> re.Pattern[str]:
    """Return a pattern of a name as whole words, each also in the plural."""
    words = name.split()
    if not words:
        return re.compile(r"(?!)")
    spoken = (rf"{re.escape(w[:-1])}(?:y|ies)" if w.endswith("y") else rf"{re.escape(w)}(?:s|es)?" for w in words)
    return re.compile(r"(?<![\w«])" + r"\s+".join(spoken) + r"(?![\w»])", re.IGNORECASE)


@lru_cache(maxsize=1)
def _seed() -> tuple[dict[str, str], ...]:
    with (DBT_PROJECT / "seeds" / "subject_names.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def names_of_the_seed() -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield the names of subjects in the seed."""
    for row in _seed():
        if row["kind"] == "age":
            # Men are a part of the profile, not an age group of a figure.
            yield folded(row["subject"]), ("g", row["category"] if row["breakdown"] == "age" else "")
        elif row["kind"] == "work":
            yield folded(row["subject"]), ("w", "work")
        elif row["kind"] == "measure":
            about = (row["metric_id"], row["breakdown"] or "all", row["category"] or "all", row["table_name"])
            yield folded(row["subject"]), ("m", Measure(*about, is_general=row["is_general"] == "true"))


@lru_cache(maxsize=1)
def spoken_parts() -> dict[str, tuple[str, str]]:
    """Return breakdown and category of the parts of the profile by the names that people give them, by the seed."""
    rows = (row for row in _seed() if row["kind"] == "part" or (row["kind"] == "age" and row["breakdown"] != "age"))
    return {folded(row["subject"]): (row["breakdown"], row["category"]) for row in rows}


@lru_cache(maxsize=1)
def spoken_ages() -> dict[str, str]:
    """Return the age group of figures (under 25) by the names that people give it, by the seed."""
    rows = (row for row in _seed() if row["kind"] == "age" and row["breakdown"] == "age" and row["category"])
    return {folded(row["subject"]): row["category"] for row in rows}


def names_of_the_partnership() -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield its areas and bodies, and the areas of others, of which it publishes no change."""
    for name in (*partnership.POLICE_FORCES, "England", "Wales", "the UK", "Britain", "London"):
        if not folded(partnership.FORCE_NAMES[0]).startswith(folded(name)):
            yield folded(name), ("a", UNKNOWN)
    for district in partnership.DISTRICTS.values():
        yield from ((each, ("a", folded(district))) for each in _ways(district))
    for csp in partnership.COMMUNITY_SAFETY_PARTNERSHIP_NAMES:
        if csp not in partnership.DISTRICTS.values():
            yield folded(csp), ("a", folded(csp))
    for body in (partnership.NAME, *partnership.FORCE_NAMES, *partnership.AGENCIES):
        yield folded(body), ("b", "a body")


def names_of_figures(figures: Sequence[ProtectedFigure]) -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield how figures name areas, kinds and metrics."""
    for figure in figures:
        breakdown, name = figure.breakdown or "all", figure.area_name or ""
        if figure.geography_level == "force":
            whole = folded(name)
            yield from ((each, ("a", WHOLE)) for each in (whole, whole.replace(" the ", " ")) if each)
            if breakdown == "all" and figure.metric_id != HEADLINE and figure.metric_name:
                yield folded(figure.metric_name), ("m", Measure(figure.metric_id))
            elif figure.metric_id == HEADLINE and breakdown == "tier" and figure.category:
                yield folded(figure.category), ("m", Measure(HEADLINE, breakdown, figure.category))
        elif figure.geography_level in _LEVELS and name:
            yield from ((each, ("a", folded(name))) for each in _ways(name))
