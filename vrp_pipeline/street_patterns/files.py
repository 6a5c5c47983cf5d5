"""The report of street crimes as files: one self-contained page, and a table of every month, district and type."""

import csv
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from vrp_pipeline.street_patterns.archives import StreetCounts
from vrp_pipeline.street_patterns.charts import ChartMonth, xmr_chart
from vrp_pipeline.street_patterns.drawing import drawing_of

COLUMNS = ("month", "district", "crime_type", "crimes", "centre", "lower_limit", "upper_limit", "signal")
ALL = "all"


@dataclass(frozen=True)
class Pattern:
    """The chart of a district, or of all, and a type of crime, or of all."""

    district: str
    kind: str
    chart: list[ChartMonth]

    @property
    def newest(self) -> ChartMonth:
        """The newest month of the chart."""
        return self.chart[-1]

    @property
    def last_year(self) -> int | None:
        """Crimes of the newest twelve months; None if one of them is not known."""
        counts = [month.crimes for month in self.chart[-12:]]
        held = [crimes for crimes in counts if crimes is not None]
        return sum(held) if len(held) == 12 else None

    @property
    def calls(self) -> list[ChartMonth]:
        """Months that say that something changed."""
        return [month for month in self.chart if month.is_call]


def patterns_of(counts: StreetCounts) -> list[Pattern]:
    """Return the charts of all districts together and of each, by type and of all types."""
    return [
        Pattern(district or ALL, kind or ALL, xmr_chart(counts.series(district, kind)))
        for district in (None, *counts.districts)
        for kind in (None, *counts.kinds)
    ]


def write_patterns(counts: StreetCounts, folder: Path) -> tuple[Path, Path]:
    """Write `index.html` and `patterns.csv` into `folder`, made if need be, and return their paths."""
    patterns = patterns_of(counts)
    folder.mkdir(parents=True, exist_ok=True)
    page, table = folder / "index.html", folder / "patterns.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for pattern in patterns:
            for month in pattern.chart:
                limits = (month.centre, month.lower_limit, month.upper_limit)
                shown = ("" if limit is None else f"{limit:.2f}" for limit in limits)
                crimes = "" if month.crimes is None else month.crimes
                writer.writerow((month.month, pattern.district, pattern.kind, crimes, *shown, month.signal))
    page.write_text(_page_of(counts, patterns), encoding="utf-8")
    return page, table


def _page_of(counts: StreetCounts, patterns: list[Pattern]) -> str:
    environment = Environment(
        loader=PackageLoader("vrp_pipeline.street_patterns"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda number: "not known" if number is None else f"{number:,}"
    by_key = {(pattern.district, pattern.kind): pattern for pattern in patterns}
    return environment.get_template("street_patterns.html.j2").render(
        force=counts.force.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of "),
        months=counts.months,
        missing=[month for month in counts.calendar if month not in {*counts.sources, *counts.empty}],
        is_simulated=counts.is_simulated,
        empty=counts.empty,
        changing=counts.changing,
        sources=sorted(set(counts.sources.values())),
        charts=[(pattern, drawing_of(pattern.chart)) for pattern in patterns if pattern.district == ALL],
        districts=[(district, by_key[district, ALL]) for district in counts.districts],
        kinds=counts.kinds,
        by_key=by_key,
        calls=[pattern for pattern in patterns if ALL not in (pattern.district, pattern.kind) and pattern.calls],
    )
