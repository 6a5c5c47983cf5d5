"""The parts of the profile as people name them: weapons, settings, times of day, ages, sexes, and what is printed."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vrp_pipeline.disclosure import NHS
from vrp_pipeline.report.commentary.subjects.spoken_names import as_spoken, folded, spoken_ages, spoken_parts
from vrp_pipeline.report.tables.published_tables import PublishedTable

UNITS = ("crimes", "victims", "suspects")
NOT_KNOWN = "unknown"
# The category for no weapon, which competes with no other.
NOTHING = "none"


@dataclass(frozen=True)
class Group:
    """Categories of one breakdown that a name means together: under 25 are three bands of age."""

    breakdown: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class NamedGroups:
    """The groups that a text names, each name with all its meanings, and the text without the names."""

    meanings: tuple[frozenset[Group], ...]
    rest: str

    @property
    def of_one_breakdown(self) -> tuple[Group, ...]:
        """The groups in the breakdown that all names share; none if they share none: parts of parts are not printed.

        A name with meanings in several breakdowns, such as other, counts in each breakdown that all names share.
        """
        shared = [frozenset(group.breakdown for group in each) for each in self.meanings]
        breakdowns = frozenset.intersection(*shared) if shared else frozenset()
        kept = (group for each in self.meanings for group in sorted(each, key=str) if group.breakdown in breakdowns)
        return tuple(dict.fromkeys(kept))


class ProfileParts:
    """The rows of the profile by year, unit, breakdown and category; empty if the release has no profile."""

    def __init__(self, table: PublishedTable | None) -> None:
        names = [column.name for column in table.columns] if table else []
        rows = [dict(zip(names, row, strict=True)) for row in (table.rows if table else ())]
        self._rows = {
            (str(r["financial_year"]), str(r["unit"]), str(r["breakdown"]), str(r["category"])): r for r in rows
        }
        self._breakdowns = sorted({breakdown for _, _, breakdown, _ in self._rows})
        self._names = dict(sorted(self._spoken().items(), key=lambda each: -len(each[0])))

    def named(self, text: str) -> NamedGroups:
        """Return the groups that a text names. Names within longer names are ignored: domestic in not domestic."""
        found: list[frozenset[Group]] = []
        rest = text
        for name, meanings in self._names.items():
            pattern = _as_range(name) or as_spoken(name)
            if pattern.search(rest):
                found.append(frozenset(meanings))
                rest = pattern.sub(" ", rest)
        for breakdown in {group.breakdown for each in found for group in each}:
            rest = as_spoken(breakdown.replace("_", " ")).sub(" ", rest)
        return NamedGroups(tuple(found), rest)

    def value(self, year: str, unit: str, group: Group) -> float | None:
        """Return the number printed of a group, or the sum of its parts; None if one is hidden or not published."""
        return _total(self._cell(year, unit, group.breakdown, each) for each in group.categories)

    def share(self, year: str, unit: str, group: Group) -> float | None:
        """Return the percentage of a group among all known: the printed one, or that of the sum of its parts.

        The printed percentage refers to the shown parts. None if hidden parts, at their greatest, would change it by
        more than a point, or if it is 100 although parts are hidden.
        """
        if len(group.categories) == 1:
            row = self._rows.get((year, unit, group.breakdown, group.categories[0]), {})
            printed = row.get("percent_of_known")
            if not isinstance(printed, int | float):
                return None
            cells = [self._cell(year, unit, group.breakdown, each) for each in self._known(year, unit, group)]
            shown = sum(each for each in cells if each is not None)
            hidden = cells.count(None) * NHS.bounds(None).greatest
            is_moved = hidden > 0 and (printed == 100 or printed - printed * shown / (shown + hidden) > 1)
            return None if is_moved else float(printed)
        part = self.value(year, unit, group)
        whole = _total(self._cell(year, unit, group.breakdown, each) for each in self._known(year, unit, group))
        return round(100 * part / whole, 1) if part is not None and whole else None

    def others(self, year: str, unit: str, breakdown: str) -> list[Group]:
        """Return each category of a breakdown that competes with the others for the first place."""
        held = self._known(year, unit, Group(breakdown, ()))
        return [Group(breakdown, (each,)) for each in held if each != NOTHING]

    def all_known(self, year: str, unit: str, breakdown: str) -> list[Group]:
        """Return each category of a breakdown but the unknown one: together they are all that are known."""
        return [Group(breakdown, (each,)) for each in self._known(year, unit, Group(breakdown, ()))]

    def has(self, unit: str, breakdown: str) -> bool:
        """Return whether a breakdown of a unit is published."""
        return any((unit, breakdown) == (each[1], each[2]) for each in self._rows)

    def _known(self, year: str, unit: str, group: Group) -> list[str]:
        return [
            category
            for held, of_unit, breakdown, category in self._rows
            if (held, of_unit, breakdown) == (year, unit, group.breakdown) and category != NOT_KNOWN
        ]

    def _cell(self, year: str, unit: str, breakdown: str, category: str) -> float | None:
        held = self._rows.get((year, unit, breakdown, category), {}).get("value")
        return float(held) if isinstance(held, int | float) else None

    def _spoken(self) -> Mapping[str, set[Group]]:
        """Return the meanings of each name: printed categories, names in the seed, and ages in bands."""
        names: dict[str, set[Group]] = {}
        parts = {(breakdown, category) for _, _, breakdown, category in self._rows}
        for breakdown, category in parts:
            # A bare number, such as the second deprivation fifth, is not a name.
            if not category.isdigit():
                names.setdefault(folded(category), set()).add(Group(breakdown, (category,)))
        for name, (breakdown, category) in spoken_parts().items():
            if (breakdown, category) in parts:
                names.setdefault(name, set()).add(Group(breakdown, (category,)))
        bands = {category for breakdown, category in parts if breakdown == "age"}
        for name, age in spoken_ages().items():
            if held := _bands_under(age, bands):
                names.setdefault(name, set()).add(Group("age", held))
        return names


def _bands_under(age: str, bands: Collection[str]) -> tuple[str, ...]:
    """Return the bands that make up an age group such as under 25; none unless they end where it does."""
    limit = re.fullmatch(r"under (\d+)", age)
    ends = {int(held[1]): band for band in bands if (held := re.fullmatch(r"\d+-(\d+)", band))}
    if limit is None or int(limit[1]) - 1 not in ends:
        return ()
    return tuple(band for end, band in sorted(ends.items()) if end < int(limit[1]))


def _total(numbers: Iterable[float | None]) -> float | None:
    held = list(numbers)
    known = [each for each in held if each is not None]
    return sum(known) if held and len(known) == len(held) else None


def _as_range(name: str) -> re.Pattern[str] | None:
    """Return a pattern of a range of ages, 18-24, as it is said: 18 to 24, between 18 and 24, 18- to 24-year-olds."""
    ages = re.fullmatch(r"(\d+)-(\d+)", name)
    if ages is None:
        return None
    return re.compile(rf"(?<![\w«.,-]){ages[1]}(?: ?- ?|-? to | and ){ages[2]}(?![\w»]|[.,-]\d)")
