"""Counts of street crimes in archives of data.police.uk, by month, district and type of crime, for one force."""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import ZippedCsv
from vrp_pipeline.feeds.police import street_crimes
from vrp_pipeline.landing.archive import members
from vrp_pipeline.landing.guard import guard, is_zip
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.refusal import RefusedError

NO_PLACE = "no place"
STREET_FILE = re.compile(r"(?:^|/)\d{4}-\d{2}-([a-z]+(?:-[a-z]+)*)-street\.csv$")
# A small area is named by its district and a number: "Portsmouth 014A". Only simulated numbers begin with S.
NUMBER_OF_AREA = re.compile(r" S?\d{3}[A-Z]$")
SIMULATED_AREA = re.compile(r" S\d{3}[A-Z]$")


@dataclass(frozen=True)
class StreetCounts:
    """Street crimes of one force.

    `crimes` counts them by month (YYYY-MM), district and type. `months` are those that some archive holds, in order,
    `sources` the name of the archive that each was taken from. A month of which every file has headings and no row is
    in `empty` and not held: a force records crimes every month. `is_simulated`: whether any small area is simulated.
    """

    force: str
    months: tuple[str, ...]
    crimes: Counter[tuple[str, str, str]]
    sources: dict[str, str]
    empty: tuple[str, ...] = ()
    is_simulated: bool = False

    @property
    def calendar(self) -> list[str]:
        """Every month from the first to the newest, those that no archive holds included."""
        first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (self.months[0], self.months[-1]))
        return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, last + 1)]

    def series(self, district: str | None, kind: str | None) -> dict[str, int | None]:
        """Crimes by month of the calendar, of a district or of all, of a type or of all; None where they are not known.

        That is a month not held, and one before the first or after the last that names the district, or the type:
        districts are merged and types renamed, which is no fall.
        """
        spans = (self.span(district, None), self.span(None, kind))
        first, last = max(first for first, _ in spans), min(last for _, last in spans)
        found = self._sums.get((district, kind), Counter())
        return {
            month: found[month] if month in self.sources and first <= month <= last else None for month in self.calendar
        }

    def span(self, district: str | None, kind: str | None) -> tuple[str, str]:
        """Return the first and the last month that name a district, or any, with a type, or any."""
        named = self._sums[district, kind]
        return min(named), max(named)

    @cached_property
    def _sums(self) -> dict[tuple[str | None, str | None], Counter[str]]:
        """Crimes by month of each district, or of all (None), and of each type, or of all."""
        found: dict[tuple[str | None, str | None], Counter[str]] = {}
        for (month, where, what), crimes in self.crimes.items():
            for about in product((None, where), (None, what)):
                found.setdefault(about, Counter())[month] += crimes
        return found

    @property
    def changing(self) -> dict[str, tuple[str, str]]:
        """Districts and types that the first or the newest month does not name, with the first and last that do."""
        spans = {where: self.span(where, None) for where in self.districts}
        spans |= {what: self.span(None, what) for what in self.kinds}
        return {name: span for name, span in spans.items() if span != (self.months[0], self.months[-1])}

    @property
    def districts(self) -> list[str]:
        """Districts in which most crimes lie first; crimes without a place last."""
        found = {where: sums.total() for (where, what), sums in self._sums.items() if where and what is None}
        return sorted(found, key=lambda where: (where == NO_PLACE, -found[where], where))

    @property
    def kinds(self) -> list[str]:
        """Types of crime in alphabetical order."""
        return sorted({what for _, _, what in self.crimes})


def count_street_crimes(
    archives: Sequence[Path], force: str, progress: Callable[[Path, str], None] = lambda *_: None
) -> StreetCounts:
    """Count the crimes of `force`, as the archive's files name it (`avon-and-somerset`).

    `progress` is called with the archive and the month of each file that was read.

    A month that several archives hold is taken from the last of `archives`, which is to be the newest edition; a file
    with headings alone holds none. Raises RefusedError if a file is no archive, does not match the contract of street
    crimes, or holds no month of the force.
    """
    feed = _feed_of(force)
    by_month: dict[str, Counter[tuple[str, str, str]]] = {}
    sources: dict[str, str] = {}
    empty: set[str] = set()
    is_simulated = False
    for path in archives:
        guard(path)
        if not is_zip(path):
            raise RefusedError(path, "the file is no archive.", "Give it the zip of data.police.uk as downloaded.")
        held = 0
        for table in read(feed, path, columns=("lsoa_name", "crime_type")):
            month = str(table.partition)
            progress(path, month)
            if not table.texts.num_rows:
                empty.add(month)
                continue
            places, kinds = (table.texts[name].to_pylist() for name in ("lsoa_name", "crime_type"))
            by_month[month] = Counter(
                (month, NUMBER_OF_AREA.sub("", place or "") or NO_PLACE, kind or "")
                for place, kind in zip(places, kinds, strict=True)
            )
            is_simulated = is_simulated or any(SIMULATED_AREA.search(place or "") for place in set(places))
            sources[month] = path.name
            held += 1
        if not held:
            raise RefusedError(
                path, f"it holds no street crimes of the force '{force}'.", f"It has: {_forces_in(path)}."
            )
    crimes: Counter[tuple[str, str, str]] = Counter()
    for counted in by_month.values():
        crimes.update(counted)
    months, headings_alone = tuple(sorted(by_month)), tuple(sorted(empty - by_month.keys()))
    return StreetCounts(force, months, crimes, sources, headings_alone, is_simulated)


def _feed_of(force: str) -> Feed:
    """Return the contract of street crimes for the members of another force."""
    assert isinstance(street_crimes.format, ZippedCsv)
    member = rf"(?:^|/)(?P<month>\d{{4}}-\d{{2}})-{re.escape(force)}-street\.csv$"
    return replace(street_crimes, format=ZippedCsv(member=member, beside=street_crimes.format.beside))


def _forces_in(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        found = {match[1] for member in members(archive) if (match := STREET_FILE.search(member.name))}
    return ", ".join(sorted(found)) or "no street crimes of any force"
