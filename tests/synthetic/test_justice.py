"""Simulated probation and youth justice: the quirks are present, and planted faults are where the truth says."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring

from vrp_pipeline.synthetic.agencies import probation, youth_justice
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.world import geography, people
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import stream

SCALE = 0.4  # at which a month of each feed is large enough for a fault


class Justice:
    """The deliveries of both agencies at one seed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[planted.PlantedFault] = []
        areas = geography.build(SCALE, stream(1, "geography"))
        self.suspects: People = people.build(
            areas, SCALE, stream(1, "suspects"), ages=people.SUSPECT_AGES, women=0.2, first_reference=5_000_000
        )
        self.outcomes = youth_justice.build(
            areas, self.suspects, SCALE, stream(1, "youth justice"), pupils=np.arange(0, len(self.suspects), 5)
        )
        youth_justice.deliver(folder, self.outcomes, self.faults)
        self.grown_up = youth_justice.grown_up(self.outcomes, self.suspects)
        self.caseload = probation.build(areas, self.suspects, self.grown_up, SCALE, stream(1, "probation"))
        probation.deliver(folder, self.caseload, self.faults)

    def lines(self, name: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]

    def returned(self, name: str) -> list[dict[str, str | None]]:
        """Every row of a return in the order of its parts: the child's cells with those of one offence, or of none."""
        rows = []
        with zipfile.ZipFile(self.folder / name) as archive:
            for member in sorted(archive.namelist()):
                for child in fromstring(archive.read(member)).iter("Child"):
                    cells = {element.tag: element.text for element in child if element.tag != "Offences"}
                    offences = [{e.tag: e.text for e in offence} for offence in child.iter("Offence")]
                    rows += [cells | offence for offence in offences or [{}]]
        return rows


@pytest.fixture(scope="module")
def justice(tmp_path_factory: pytest.TempPathFactory) -> Justice:
    return Justice(tmp_path_factory.mktemp("justice"))


def test_planted_offences_of_children_stand_in_the_row_the_truth_names(justice: Justice) -> None:
    planted_rows = [f for f in justice.faults if f.feed == "youth_justice__offences" and f.key]
    assert {f.reason for f in planted_rows} >= {fault.reason for fault in youth_justice.PLANTING.faults}
    for name in {f.file for f in planted_rows}:
        rows = justice.returned(name)
        mine = [f for f in planted_rows if f.file == name]
        assert [rows[(f.row or 0) - 1]["OffenceID"] for f in mine] == [f.key for f in mine]


def test_children_without_an_offence_are_told_as_rows_without_a_month(justice: Justice) -> None:
    name = "youth_justice_return_2023-24_Q1.zip"
    without = [number for number, row in enumerate(justice.returned(name), start=1) if "OffenceID" not in row]
    assert without
    assert without == [f.row for f in justice.faults if f.file == name and f.key is None]


def test_a_return_restates_the_quarter_before_with_what_was_entered_late(justice: Justice) -> None:
    def outcomes(name: str, first: str, last: str) -> set[str | None]:
        rows = justice.returned(name)
        sound = (row for row in rows if not (row.get("OffenceID") or "Z9").startswith("Z9"))
        return {row["OffenceID"] for row in sound if first <= (row["OutcomeDate"] or "") <= last}

    spring = ("2023-04-01", "2023-06-30")
    fresh, again = (outcomes(f"youth_justice_return_2023-24_{quarter}.zip", *spring) for quarter in ("Q1", "Q2"))
    assert fresh < again
    assert not outcomes("youth_justice_return_2023-24_Q3.zip", *spring)


def test_children_are_10_to_17_on_the_day_of_the_offence(justice: Justice) -> None:
    rows = justice.returned("youth_justice_return_2022-23_Q3.zip")
    sound = [row for row in rows if not (row.get("OffenceID") or "Z9").startswith("Z9")]
    born = np.array([row["DateOfBirth"] for row in sound], "datetime64[D]")
    offended = np.array([row["OffenceDate"] for row in sound], "datetime64[D]")
    years = (offended - born).astype(int) / 365.25
    assert years.min() > 9.99
    assert years.max() < 18.01


def test_some_children_grow_up_into_probation_under_the_same_pnc_number(justice: Justice) -> None:
    both = probation.same_people(justice.caseload, justice.grown_up[0], justice.suspects).to_pylist()
    assert len(both) >= 5
    of_children = set(justice.outcomes.columns["pnc_pseudonym"].to_pylist())
    delivered = {
        str(line["crn"]): str(line["pncNumber"])
        for month in ("2023-09", "2024-03")
        for line in justice.lines(f"probation_people_{month}.jsonl")
        if line["pncNumber"]
    }
    found = [row for row in both if row["crn"] in delivered and row["pnc_number"] in of_children]
    assert found
    for row in found:
        # A short number of 2020 begins with 20 too.
        assert delivered[row["crn"]] in (row["pnc_number"], f"20{row['pnc_number']}")


def test_pnc_numbers_come_in_both_spellings_and_no_two_people_share_one(justice: Justice) -> None:
    lines = justice.lines("probation_people_2023-05.jsonl")
    numbers = [str(line["pncNumber"]) for line in lines if line["pncNumber"]]
    assert {len(number) for number in numbers} == {11, 13}
    assert all(re.fullmatch(r"(\d{2})?\d{2}/\d{7}[A-Z]", number) for number in numbers)
    persons = np.arange(len(justice.suspects))
    from vrp_pipeline.synthetic.world import pnc

    short = pnc.numbers(justice.suspects, persons, short=np.ones(len(persons), bool))
    assert len(set(short.to_pylist())) == len(persons)


def test_planted_people_and_sentences_stand_in_the_line_the_truth_names(justice: Justice) -> None:
    mine = [f for f in justice.faults if f.feed == "probation__supervised_people" and f.action == planted.QUARANTINE]
    assert {f.reason for f in mine} >= {fault.reason for fault in probation.PEOPLE.faults}
    for fault in mine:
        assert justice.lines(fault.file)[(fault.row or 0) - 1]["crn"] == fault.key
    sentences = [f for f in justice.faults if f.feed == "probation__sentenced_offences"]
    assert {f.reason for f in sentences} >= {fault.reason for fault in probation.OFFENCE_ROWS.faults}
    for fault in sentences:
        rows = [
            line["crn"]
            for line in justice.lines(fault.file)
            for event in line["events"]  # type: ignore[attr-defined]
            for _ in event["offences"]
        ]
        assert rows[(fault.row or 0) - 1] == fault.key


def test_a_months_sentences_know_nothing_of_what_ended_after_it(justice: Justice) -> None:
    for month in ("2022-04", "2023-12"):
        events = [
            event
            for line in justice.lines(f"probation_offences_{month}.jsonl")
            for event in line["events"]  # type: ignore[attr-defined]
        ]
        assert len(events) > 100
        ended = [(event["sentence"] or {}).get("terminationDate") for event in events]
        assert {event["active"] for event, day in zip(events, ended, strict=True) if day is None} == {True}
        assert all(day is None or day[:7] <= month for day in ended)


def test_the_number_supervised_is_near_its_level(justice: Justice) -> None:
    supervised = len(justice.lines("probation_people_2023-01.jsonl"))
    assert 0.9 * probation.SUPERVISED * SCALE < supervised < 1.1 * probation.SUPERVISED * SCALE


def test_the_same_seed_gives_the_same_bytes(justice: Justice, tmp_path: Path) -> None:
    again = Justice(tmp_path)
    for path in sorted(justice.folder.iterdir()):
        assert path.read_bytes() == (again.folder / path.name).read_bytes(), path.name
