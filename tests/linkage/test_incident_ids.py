"""An incident keeps its id: it is named after the record of it that was received first, whatever comes later."""

from typing import Any

import pyarrow as pa

from tests.support.event_records import attendance, call, crime, table
from vrp_pipeline.linkage.events.links import link_events

Received = tuple[int | None, dict[str, Any]]


def named(*received: Received, column: str = "incident_id") -> dict[str, str]:
    """The incident of each record, given with the number of the night that brought it first."""
    receipts = pa.array([night for night, _ in received], pa.int64())
    found = link_events(table(*(record for _, record in received)), receipts=receipts).incidents
    return dict(zip(found["event_record_id"].to_pylist(), found[column].to_pylist(), strict=True))


CALL = (1, call("c", "6 22:49"))
PATIENT = (2, attendance("e", "6 22:40", "6 23:50"))
CRIME = (3, crime("p", "6 22:40"))
# The same patient with the injury written down three days late.
WRONG_DAY = attendance("e", "9 22:40", "9 23:50")


def test_a_crime_that_comes_after_the_call_and_the_patient_changes_no_id() -> None:
    assert named(CALL, PATIENT) == {"c": "c", "e": "c"}
    assert named(CALL, PATIENT, CRIME) == {"c": "c", "e": "c", "p": "c"}
    for column in ("lower_incident_id", "upper_incident_id", "victim_id"):
        assert set(named(CALL, PATIENT, CRIME, column=column).values()) == {"c"}, column


def test_of_records_received_together_the_force_names_the_incident() -> None:
    assert set(named(*((7, record) for _, record in (CALL, PATIENT, CRIME))).values()) == {"p"}


def test_a_record_of_unknown_receipt_comes_last() -> None:
    assert set(named(CALL, (None, CRIME[1])).values()) == {"c"}


def test_when_a_correction_merges_two_incidents_the_older_id_stays() -> None:
    older, newer = (1, WRONG_DAY), [(2, CALL[1]), (3, CRIME[1])]
    assert named(older, *newer) == {"e": "e", "c": "c", "p": "c"}
    assert set(named((1, PATIENT[1]), *newer).values()) == {"e"}


def test_when_a_correction_splits_an_incident_the_id_stays_with_the_record_received_first() -> None:
    assert set(named(CALL, PATIENT, CRIME).values()) == {"c"}
    assert named(CALL, (2, WRONG_DAY), CRIME) == {"c": "c", "p": "c", "e": "e"}
    # The part that does not hold it is named after its own first record.
    assert named((5, CALL[1]), (2, WRONG_DAY), CRIME) == {"c": "p", "p": "p", "e": "e"}


def test_an_incident_whose_first_record_is_withdrawn_is_named_after_the_next() -> None:
    assert named(PATIENT, CRIME) == {"e": "e", "p": "e"}


def test_each_incident_adds_one_to_the_expected_number_whichever_record_leads() -> None:
    records = (CALL, PATIENT, CRIME)

    def expected(*received: Received) -> float:
        receipts = pa.array([night for night, _ in received], pa.int64())
        found = link_events(table(*(record for _, record in received)), receipts=receipts).incidents
        return round(float(sum(found["expected_incidents"].to_pylist())), 6)

    assert expected(*records) == expected(*((7, record) for _, record in records))
