"""Small releases written by hand for the tests of the report, with every number stated here.

2023-24 is complete; in 2024-25 the police month of May is not received and December is held; 2022-23 has no year before
it. Gosport has too small a base for a percentage, and one area's name is full of mark-up.
"""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.report.content.columns import SCHEMA
from vrp_pipeline.report.content.protected import SCHEMA as PUBLISHED
from vrp_pipeline.report.content.protected import ProtectedFigure

AS_OF = dt.date(2025, 6, 30)
YEARS = ("2022-23", "2023-24", "2024-25")
FORCE = ("E23000030", "Hampshire and the Isle of Wight")
MARK_UP = 'Test <script>alert("1")</script> & Valley'

# This year and the year before, by district: they add up to 3,104 and 3,260.
DISTRICTS = {
    ("E07000084", "Basingstoke and Deane"): (226, 241, (-6.2, -22.1, 12.8), "no clear change"),
    ("E07000085", "East Hampshire"): (98, 90, (8.9, -18.4, 45.2), "no clear change"),
    ("E07000086", "Eastleigh"): (170, 161, (5.6, -14.9, 31.0), "no clear change"),
    ("E07000087", "Fareham"): (118, 121, (-2.5, -24.5, 25.9), "no clear change"),
    ("E07000088", "Gosport"): (41, 38, None, "the year before has fewer than 50, too few for a percentage"),
    ("E07000090", "Havant"): (232, 219, (5.9, -11.9, 27.4), "no clear change"),
    ("E06000046", "Isle of Wight"): (231, 248, (-6.9, -22.2, 11.5), "no clear change"),
    ("E07000091", "New Forest"): (172, 176, (-2.3, -20.9, 20.7), "no clear change"),
    ("E06000044", "Portsmouth"): (598, 601, (-0.5, -11.2, 11.5), "no clear change"),
    ("E07000092", "Rushmoor"): (141, 137, (2.9, -18.7, 30.2), "no clear change"),
    ("E06000045", "Southampton"): (801, 961, (-16.6, -24.1, -8.5), "down"),
    ("E07000093", "Test Valley"): (128, 126, (1.6, -20.5, 29.8), "no clear change"),
    ("E07000094", "Winchester"): (110, 105, (4.8, -19.7, 36.7), "no clear change"),
    ("E07000089", MARK_UP): (21, 20, None, "the year before has fewer than 50, too few for a percentage"),
    ("unlocated", "Unlocated"): (17, 16, None, "the year before has fewer than 50, too few for a percentage"),
}
TIERS = {
    "assault with injury": (1410, 1502, (-6.1, -12.6, 0.8), "no clear change"),
    "homicide": (9, 11, None, "the year before has fewer than 50, too few for a percentage"),
    "robbery": (602, 640, (-5.9, -15.8, 5.1), "no clear change"),
    "weapon possession": (804, 780, (3.1, -6.6, 13.8), "no clear change"),
    "wounding with intent": (279, 327, (-14.7, -27.3, 0.1), "no clear change"),
}
MONTHS = {
    "2022-23": (262, 281, 290, 301, 288, 279, 286, 262, 251, 249, 238, 273),
    "2023-24": (251, 270, 279, 291, 275, 268, 264, 249, 240, 231, 226, 260),
    "2024-25": (244, None, 268, 280, 271, 262, 259, 245, None, 228, 219, 251),
}
EVENT_TYPES = {"community event": (148, 141), "school session": (96, 79), "workshop": (70, 66)}

DELIVERIES = [
    {
        "delivery_id": "0a1b2c3d4e5f6071",
        "feed": "police__offences",
        "file_name": "offences_2025-03-30.csv",
        "sha256": "ab" * 32,
        "received_at": "2025-04-02T06:10:00",
        "months": [month for year in YEARS for month in months_of_year(year)],
        "rows": 318_204,
    },
    {
        "delivery_id": "1111111111111111",
        "feed": "communities__events",
        "file_name": "events_2024_25.xlsx",
        "sha256": "cd" * 32,
        "received_at": "2025-04-11T09:00:00",
        "months": [month for year in YEARS for month in months_of_year(year)],
        "rows": 688,
    },
    {
        "delivery_id": "2222222222222222",
        "feed": "reference__districts",
        "file_name": "LAD24_CSP24_PFA24_EW_LU.csv",
        "sha256": "ef" * 32,
        "received_at": "2025-01-10T12:00:00",
        "months": ["2024"],
        "rows": 318,
    },
    {
        "delivery_id": "3333333333333333",
        "feed": "police__offences",
        "file_name": "superseded_offences.csv",
        "sha256": "99" * 32,
        "received_at": "2025-03-02T06:10:00",
        "months": [],
        "rows": 300_000,
    },
    {
        "delivery_id": "4444444444444444",
        "feed": "police__offences",
        "file_name": "held_offences.csv",
        "sha256": "77" * 32,
        "received_at": "2025-01-08T06:10:00",
        "months": ["2024-12"],
        "rows": 12_000,
    },
]


def row(**values: Any) -> dict[str, Any]:
    """One row of `rpt_annual_metrics`; what is not given is what most rows of these releases have."""
    change = values.pop("change", None) or (None, None, None)
    base = {
        "metric_id": "M1",
        "metric_name": "Serious violence",
        "geography_level": "force",
        "area_code": FORCE[0],
        "area_name": FORCE[1],
        "breakdown": "all",
        "category": "all",
        "unit": "crimes",
        "value": None,
        "base_value": None,
        "change_percent": change[0],
        "change_lower": change[1],
        "change_upper": change[2],
        "interval_method": "quasi-Poisson" if change[0] is not None else None,
        "statement": None,
        "status": "complete",
        "definition_version": "SV_HIOW v1",
        "as_of": AS_OF,
        "completeness_percent": 100.0,
    }
    return {**base, **values}


def protected_figure(**values: Any) -> ProtectedFigure:
    """A figure as writers of published files get it; what is not given is as in `row`."""
    return ProtectedFigure(**dict.fromkeys(PUBLISHED.names) | row(**{"financial_year": "2023-24", **values}))


def rows_of_2023_24() -> list[dict[str, Any]]:
    """A complete year with a complete year before it."""
    year = {"financial_year": "2023-24"}
    rows = [
        row(
            **year,
            value=3104.0,
            base_value=3260.0,
            change=(-4.785276, -9.31, -0.42),
            statement="Serious violence was down 4.8% (95% interval −9.3% to −0.4%).",
        ),
        row(
            **year,
            metric_id="M1b",
            metric_name="Serious violence excluding weapon possession",
            value=2300.0,
            base_value=2480.0,
            change=(-7.258, -12.4, -1.8),
            statement="Serious violence excluding weapon possession was down 7.3% (95% interval −12.4% to −1.8%).",
        ),
        row(
            **year,
            metric_id="M9",
            metric_name="Events and workshops attended",
            unit="events",
            definition_version="EVENTS_ATTENDED v1",
            value=314.0,
            base_value=286.0,
            change=(9.79, -6.3, 28.7),
            statement="No clear change in events and workshops attended.",
        ),
    ]
    for (code, name), (value, base, change, said) in DISTRICTS.items():
        about = {"geography_level": "district", "area_code": code, "area_name": name}
        rows.append(
            row(**year, **about, value=float(value), base_value=float(base), change=change, statement=f"{said}.")
        )
    for tier, (value, base, change, said) in TIERS.items():
        about = {"breakdown": "tier", "category": tier}
        rows.append(
            row(**year, **about, value=float(value), base_value=float(base), change=change, statement=f"{said}.")
        )
    for kind, (value, base) in EVENT_TYPES.items():
        rows.append(
            row(
                **year,
                metric_id="M9",
                metric_name="Events and workshops attended",
                unit="events",
                definition_version="EVENTS_ATTENDED v1",
                breakdown="event_type",
                category=kind,
                value=float(value),
                base_value=float(base),
                statement="No interval is given for types of event.",
            )
        )
    return [*rows, *month_rows("2023-24")]


def rows_of_2024_25() -> list[dict[str, Any]]:
    """An incomplete year: police May is not received and December is held."""
    gap = "Incomplete, so no figure is given: May 2024 (not received), December 2024 (held)."
    about = {"financial_year": "2024-25", "status": "incomplete", "statement": gap, "completeness_percent": 83.333}
    rows = [row(**about), row(**about, metric_id="M1b", metric_name="Serious violence excluding weapon possession")]
    rows += [row(**about, geography_level="district", area_code=code, area_name=name) for code, name in DISTRICTS]
    rows += [row(**about, breakdown="tier", category=tier) for tier in TIERS]
    rows.append(
        row(
            financial_year="2024-25",
            metric_id="M9",
            metric_name="Events and workshops attended",
            unit="events",
            definition_version="EVENTS_ATTENDED v1",
            value=322.0,
            base_value=314.0,
            change=(2.5, -12.2, 19.8),
            statement="No clear change in events and workshops attended.",
        )
    )
    return [*rows, *month_rows("2024-25")]


def rows_of_2022_23() -> list[dict[str, Any]]:
    """The first year: complete, and nothing to compare it with."""
    said = "3,260 crimes. No comparison: 2021-22 is before the first month the pipeline holds."
    return [row(financial_year="2022-23", value=3260.0, statement=said), *month_rows("2022-23")]


def month_rows(year: str) -> list[dict[str, Any]]:
    """The monthly counts of a year; a missing month has no value and says so."""
    return [
        row(
            financial_year=year,
            breakdown="month",
            category=month,
            value=None if value is None else float(value),
            status="incomplete" if value is None else "complete",
        )
        for month, value in zip(months_of_year(year), MONTHS[year], strict=True)
    ]


def all_rows() -> list[dict[str, Any]]:
    """The three years together, not in published order."""
    return [*rows_of_2024_25(), *rows_of_2022_23(), *rows_of_2023_24()]


def calendar_rows() -> list[dict[str, Any]]:
    """`fct_feed_months` for the police and the events feed."""
    rows = []
    for feed, delivery in (("police__offences", "0a1b2c3d4e5f6071"), ("communities__events", "1111111111111111")):
        agency, table_name = feed.split("__")
        for year in YEARS:
            for month in months_of_year(year):
                status = {"2024-05": "not received", "2024-12": "held"}.get(month, "received")
                status = status if agency == "police" else "received"
                rows.append(
                    {
                        "feed": feed,
                        "agency": agency,
                        "table_name": table_name,
                        "month": month,
                        "financial_year": year,
                        "status": status,
                        "delivery_id": {"received": delivery, "held": "4444444444444444"}.get(status),
                    }
                )
    return rows


def definition_rows() -> list[dict[str, Any]]:
    """`dim_definition` for the two definitions in use."""
    return [
        {
            "definition_version": "SV_HIOW v1",
            "definition_id": "SV_HIOW",
            "tiers": "homicide (1, 4.1); weapon possession (10A, 10B)",
            "evidence": "P",
            "version": 1,
            "name": "Serious violence, Hampshire and the Isle of Wight",
            "source": "by hand",
            "effective_from": dt.date(2022, 4, 1),
            "note": "Crimes by the date recorded, classed by Home Office code; kinds can be taken apart.",
        },
        {
            "definition_version": "EVENTS_ATTENDED v1",
            "definition_id": "EVENTS_ATTENDED",
            "tiers": None,
            "evidence": "P",
            "version": 1,
            "name": "Events and workshops attended",
            "source": "by hand",
            "effective_from": dt.date(2022, 4, 1),
            "note": "Events that were held with at least one member of the unit present.",
        },
    ]


def needed_feed_rows() -> list[dict[str, Any]]:
    """`bridge_metric_feeds` in the order of a release, which sorts every table: police come last for M12."""
    agencies = (
        "health__admissions",
        "health__ambulance_incidents",
        "health__emergency_attendances",
        "police__offences",
    )
    needed = [("M1", "police__offences"), *(("M12", feed) for feed in agencies)]
    needed += [("M1b", "police__offences"), ("M9", "communities__events")]
    return [{"metric_id": metric_id, "feed": feed} for metric_id, feed in needed]


ACCEPTED = {
    "feed": "police__offences",
    "partition": "2023-05",
    "delivery_id": "ab" * 8,
    "expectations": ["volume is not too large"],
    "accepted_by": "A Statistician",
    "accepted_at": "2025-04-03T09:00:00+00:00",
    "reason": "football final, confirmed by the force",
}


def year_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`fct_metric_years` for the given rows: how the months scatter. 1 is chance alone; the headline's 0.7 is invented.

    0.7 makes the fall of the headline clear on counts of this size, as it is in a real force area of ten times as many.
    """
    about = ("metric_id", "financial_year", "geography_level", "area_code", "breakdown", "category")
    return [
        {name: held[name] for name in about}
        | {"dispersion": 0.7 if (held["geography_level"], held["breakdown"]) == ("force", "all") else 1.0}
        for held in rows
        if held["breakdown"] != "month"
    ]


def write_release(folder: Path, rows: list[dict[str, Any]] | None = None, **manifest: Any) -> Path:
    """Write a release with the given metric rows; `manifest` replaces or adds fields of its manifest."""
    folder.mkdir(parents=True)
    _write(folder / "rpt_annual_metrics.parquet", pa.Table.from_pylist(rows or all_rows(), SCHEMA))
    years = pa.Table.from_pylist(year_rows(rows or all_rows()))
    if years.num_rows:
        _write(folder / "fct_metric_years.parquet", years)
    _write(folder / "fct_feed_months.parquet", pa.Table.from_pylist(manifest.pop("calendar", None) or calendar_rows()))
    _write(folder / "dim_definition.parquet", pa.Table.from_pylist(definition_rows()))
    _write(folder / "bridge_metric_feeds.parquet", pa.Table.from_pylist(needed_feed_rows()))
    tables = {
        path.stem: {"rows": pq.read_metadata(path).num_rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.glob("*.parquet"))
    }
    content = {
        "release": folder.name,
        "as_of": AS_OF.isoformat(),
        "is_simulated": True,
        "code_version": "0.1.0",
        "tables": tables,
        "deliveries": DELIVERIES,
        "rows": {"police__offences": {"read": 318_204, "bronze": 318_190, "quarantine": 14, "superseded": 0}},
        "reached": {"incidents": 9_871},
        "accepted": [ACCEPTED],
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path)
