"""Clerical review: the sample, its sheets, and what the decisions say, worked by hand and judged by a known truth."""

import csv
import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from tests.support.event_records import AMBULANCE, EMERGENCY, POLICE, attendance, crime, table
from vrp_pipeline.cli.main import main
from vrp_pipeline.lake.audit import entries
from vrp_pipeline.lake.erasures import Erasure, record
from vrp_pipeline.lake.link_reviews import Decision, Sample, Stratum, decisions_of, newest_sample
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.assignment import EVENT_LINKS
from vrp_pipeline.linkage.events.zone import write_event_links
from vrp_pipeline.linkage.review.estimate import agreements, estimate, reviewed
from vrp_pipeline.linkage.review.gone_records import forget_gone_records
from vrp_pipeline.linkage.review.sample import Frame, allocation, draw
from vrp_pipeline.linkage.review.sheets import SheetError, read_sheet

MOMENT = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
BOTH = (EMERGENCY, POLICE)


def test_precision_and_recall_of_three_strata_worked_by_hand() -> None:
    # Linked: 8 of 10 right in a stratum of 80, 5 of 10 in one of 20: (64 + 10) / 100. Not linked: 1 of 10 in 100, so 10
    # are missed: 74 / 84. Variances of Beta(8.5, 2.5), (5.5, 5.5) and (1.5, 9.5) are 0.014635, 0.020833 and 0.009814,
    # of which 7/8, 1/2 and 9/10 count, since a part of each stratum is known.
    strata = [Stratum(BOTH, "0.95 to 1", True, 80), Stratum(BOTH, "0.5 to 0.8", True, 20),
              Stratum(BOTH, "0.2 to 0.5", False, 100)]  # fmt: skip
    precision, recall = estimate(strata, np.array([[8, 2], [5, 5], [1, 9]]))
    assert precision is not None
    assert recall is not None
    # 0.8² · 0.012806 + 0.2² · 0.010417 = 0.008612 = 0.0928²
    assert (precision.value, precision.lower, precision.upper) == pytest.approx((0.74, 0.5581, 0.9219), abs=1e-4)
    # (80/84 · 10/84)² · 0.012806 + (20/84 · 10/84)² · 0.010417 + (100/84 · 74/84)² · 0.008833 = 0.009888 = 0.0994²
    assert (recall.value, recall.lower, recall.upper) == pytest.approx((74 / 84, 0.6861, 1.0), abs=1e-4)


def test_four_of_four_are_no_certainty_and_a_small_stratum_without_decisions_may_be_anything() -> None:
    strata = [Stratum(BOTH, "certain", True, 1_000), Stratum(BOTH, "0.5 to 0.8", True, 50)]
    precision, _ = estimate(strata, np.array([[4, 0], [0, 0]]))
    assert precision is not None
    assert precision.value == pytest.approx((1_000 + 25) / 1_050)
    assert precision.lower < 0.8


def test_no_figure_rests_on_strata_of_which_nobody_decided_a_pair() -> None:
    strata = [Stratum(BOTH, "certain", True, 4_000), Stratum(BOTH, "0.95 to 1", True, 3_000),
              Stratum(BOTH, "0.2 to 0.5", False, 3_000)]  # fmt: skip
    assert estimate(strata, np.array([[30, 0], [0, 0], [5, 5]])) == (None, None)
    precision, recall = estimate(strata, np.array([[30, 0], [5, 5], [0, 0]]))
    assert precision is not None
    assert recall is None, "what was not linked is judged by nobody"


def test_kappa_of_two_people_worked_by_hand() -> None:
    # Of ten pairs both say yes to four and no to three; agreement 0.7. Anna says yes to six, Ben to five: by chance
    # they agree on 0.6 · 0.5 + 0.4 · 0.5 = 0.5. Kappa is 0.2 / 0.5.
    anna = ["yes"] * 6 + ["no"] * 4
    ben = ["yes"] * 4 + ["no"] * 2 + ["no"] * 3 + ["yes"]
    said = [
        Decision(number, word, name, MOMENT)
        for name, words in (("anna", anna), ("ben", ben)) for number, word in enumerate(words, start=1)
    ]  # fmt: skip
    (found,) = agreements(said)
    assert (found.people, found.pairs, found.share) == (("anna", "ben"), 10, 0.7)
    assert found.kappa == pytest.approx(0.4)


def scored(seed: int) -> tuple[Frame, set[tuple[str, str]]]:
    """Scored pairs of two pairs of feeds, and those of one event: fewer than their probabilities say."""
    rng = np.random.default_rng(seed)
    rows, true = [], set()
    for number in range(6_000):
        probability = float(np.round(rng.beta(0.4, 0.4) * 0.95 + 0.05, 6))
        left, right = f"e{number}", f"p{number}"
        if rng.random() < probability**1.3:
            true.add((left, right))
        rows.append(
            {"left_record_id": left, "right_record_id": right, "left_feed": (EMERGENCY, AMBULANCE)[number % 2],
             "right_feed": POLICE, "match_probability": probability, "match_weight": 0.0, "rule": "",
             "link_status": "linked" if probability >= 0.5 else "plausible", "model_version": "events_v3"}
        )  # fmt: skip
    ends = [
        {"event_record_id": row[f"{side}_record_id"], "feed": row[f"{side}_feed"],
         "incident_id": row["right_record_id" if row["link_status"] == "linked" else f"{side}_record_id"]}
        for row in rows for side in ("left", "right")
    ]  # fmt: skip
    links, records = pa.Table.from_pylist(rows, schema=EVENT_LINKS), pa.Table.from_pylist(ends)
    return Frame(links, records.select(["event_record_id", "incident_id"]), records.drop(["incident_id"]), "f"), true


def test_intervals_hold_the_true_precision_and_recall_of_a_model_that_is_too_sure_of_itself() -> None:
    frame, true = scored(5)
    linked = {(f"e{number}", f"p{number}") for number, each in enumerate(frame.links["link_status"].to_pylist())
              if each == "linked"}  # fmt: skip
    precision, recall = len(linked & true) / len(linked), len(linked & true) / len(true)
    held = np.zeros(2)
    for seed in range(40):
        sample = draw(frame, size=300, seed=seed, drawn_by="anna", now=MOMENT)
        said = [
            Decision(number, "yes" if (pair.left_record_id, pair.right_record_id) in true else "no", "anna", MOMENT)
            for number, pair in enumerate(sample.pairs, start=1)
        ]
        found = reviewed(sample, said)
        assert found.precision is not None
        assert found.recall is not None
        assert found.precision.upper - found.precision.lower < 0.2
        held += [
            found.precision.lower <= precision <= found.precision.upper,
            found.recall.lower <= recall <= found.recall.upper,
        ]
    assert min(held) >= 36, "of 40 intervals of 95 % all but two are expected to hold"


def test_most_of_a_sample_is_drawn_where_most_is_in_doubt_and_every_stratum_gets_some() -> None:
    strata = [Stratum(BOTH, "certain", True, 1_000), Stratum(BOTH, "0.5 to 0.8", True, 1_000),
              Stratum(BOTH, "0.2 to 0.5", False, 3)]  # fmt: skip
    assert allocation(strata, [1.0, 0.5, 0.3], 130) == [30, 100, 3]


def test_the_same_seed_draws_the_same_pairs_and_another_seed_others() -> None:
    frame, _ = scored(5)

    def drawn(seed: int) -> Sample:
        return draw(frame, size=50, seed=seed, drawn_by="anna", now=MOMENT)

    assert drawn(1) == drawn(1)
    assert drawn(1).pairs != drawn(2).pairs
    assert sum(stratum.pairs for stratum in drawn(1).strata) == frame.links.num_rows


def test_a_pair_that_is_in_one_incident_through_other_links_is_a_pair_to_judge() -> None:
    row = {"left_feed": AMBULANCE, "right_feed": POLICE, "match_probability": 0.9, "match_weight": 3.0, "rule": "",
           "link_status": "linked", "model_version": "events_v3"}  # fmt: skip
    links = pa.Table.from_pylist(
        [row | {"left_record_id": "c", "right_record_id": "p"},
         row | {"left_record_id": "c", "right_record_id": "e", "right_feed": EMERGENCY},
         row | {"left_record_id": "c", "right_record_id": "q", "link_status": "plausible", "match_probability": 0.1}],
        schema=EVENT_LINKS,
    )  # fmt: skip
    incidents = pa.table({"event_record_id": ["c", "e", "p", "q"], "incident_id": ["p", "p", "p", "q"]})
    feeds = pa.table({"event_record_id": ["c", "e", "p", "q"], "feed": [AMBULANCE, EMERGENCY, POLICE, POLICE]})
    sample = draw(Frame(links, incidents, feeds, "f"), size=20, seed=1, drawn_by="anna", now=MOMENT)
    assert {(*each.feeds, each.band, each.is_linked): each.pairs for each in sample.strata} == {
        (AMBULANCE, EMERGENCY, "0.8 to 0.95", True): 1, (AMBULANCE, POLICE, "0.8 to 0.95", True): 1,
        (EMERGENCY, POLICE, "through other links", True): 1, (AMBULANCE, POLICE, "0.05 to 0.2", False): 1,
    }  # fmt: skip


def test_what_people_disagree_about_is_left_out_and_counted() -> None:
    frame, _ = scored(5)
    sample = draw(frame, size=50, seed=1, drawn_by="anna", now=MOMENT)
    said = [Decision(1, "yes", "anna", MOMENT), Decision(1, "no", "ben", MOMENT), Decision(2, "yes", "anna", MOMENT),
            Decision(3, "unsure", "ben", MOMENT)]  # fmt: skip
    found = reviewed(sample, said)
    assert (found.decided, found.open_to_doubt) == (1, 2)


@pytest.fixture
def linked(tmp_path: Path) -> Lake:
    """A lake with 28 crimes, the patients of them, each of another age, and their links."""
    lake = Lake(tmp_path / "lake")
    lake.root.mkdir()
    records = table(
        *(crime(f"p{number}", f"{number + 1} 22:40", weapon="none", victim_age=20 + 2 * number)
          for number in range(28)),
        *(attendance(f"e{number}", f"{number + 1} 22:40", f"{number + 1} 23:50", nhs=f"secret{number}",
                     victim_age=20 + 2 * number)
          for number in range(28)),
    )  # fmt: skip
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.register("records", records)
        warehouse.execute("""
            create table int_event_records as select *, 'exact' as place_precision, 'Street' as location_type,
                cast(null as varchar) as weapon, cast(null as varchar) as injury, event_record_id as record_id,
                'of nowhere' as delivery_id from records
        """)
    write_event_links(lake)
    return lake


def vrp(lake: Lake, *words: str, typed: str = "") -> str:
    found = CliRunner().invoke(main, ["--lake", str(lake.root), "linkage", "review", *words], input=typed)
    assert found.exit_code == 0, found.output
    return found.output


def test_two_people_review_apart_at_the_terminal_and_on_a_sheet(linked: Lake, tmp_path: Path) -> None:
    vrp(linked, "draw", "--size", "20", "--by", "anna")
    sample = newest_sample(linked)
    shown = vrp(linked, "decide", "--by", "anna", typed="y\ny\nu\nq\n")
    assert "Pair 1 of" in shown
    assert "2023-05-" in shown
    assert "secret" not in shown
    sheet = tmp_path / "ben.csv"
    vrp(linked, "write", str(sheet))
    text = sheet.read_text(encoding="utf-8")
    assert "secret" not in text
    assert "0.9" not in text, "what the model thinks"
    rows = list(csv.DictReader(text.splitlines()))
    rows[0]["decision"], rows[1]["decision"], rows[3]["decision"] = "yes", "No", "unsure"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    vrp(linked, "read", str(sheet), "--by", "ben")
    assert [(said.pair, said.decision, said.decided_by) for said in decisions_of(linked, sample)] == [
        (1, "yes", "anna"), (1, "yes", "ben"), (2, "yes", "anna"), (2, "no", "ben"), (3, "unsure", "anna"),
        (4, "unsure", "ben"),
    ]  # fmt: skip
    assert "Pair 4 of" in vrp(linked, "decide", "--by", "anna", typed="n\nq\n"), "goes on where she stopped"
    told = vrp(linked, "report")
    assert "1 of" in told
    assert "of 3 more people are unsure or disagree" in told
    assert "anna and ben agree on 33% of 3 pairs; Cohen's kappa" in told
    assert [entry.action for entry in entries(linked)].count("decide links") == 5


def test_decisions_outlive_the_links_they_were_drawn_from(linked: Lake) -> None:
    vrp(linked, "draw", "--size", "20")
    sample = newest_sample(linked)
    vrp(linked, "decide", "--by", "anna", typed="y\nq\n")
    for path in linked.event_links.iterdir():
        path.unlink()
    assert newest_sample(linked) == sample
    assert "1 of" in vrp(linked, "report")


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"decision": "perhaps"}, "row 2: its decision is none. Write yes, no, unsure"),
        ({"pair": "999"}, "row 2: its pair is none of the sample"),
        ({"sample": "20200101T000000"}, "row 2: the sheet is not of sample"),
    ],
)
def test_a_sheet_that_was_spoilt_is_refused_with_row_and_remedy(
    linked: Lake, tmp_path: Path, change: dict[str, str], remedy: str
) -> None:
    vrp(linked, "draw", "--size", "20")
    sheet = tmp_path / "a.csv"
    vrp(linked, "write", str(sheet))
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    rows[0] |= change
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(SheetError, match=remedy):
        read_sheet(sheet, newest_sample(linked))


def test_the_ids_of_erased_records_leave_a_sample_and_what_was_found_stays(linked: Lake, tmp_path: Path) -> None:
    vrp(linked, "draw", "--size", "20", "--by", "anna")
    sample = newest_sample(linked)
    vrp(linked, "decide", "--by", "anna", typed="y\nn\nu\nq\n")
    said = vrp(linked, "report")
    gone = sample.pairs[0].left_record_id
    assert forget_gone_records(linked) == 0, "nobody was erased"
    record(linked, Erasure("nhs_number", "ab" * 16, "", dt.datetime.now(dt.UTC), "A. Person"))
    assert forget_gone_records(linked) == 0, "every record is there"
    with duckdb.connect(str(linked.warehouse)) as warehouse:
        warehouse.execute("delete from int_event_records where event_record_id = ?", [gone])
    theirs = [gone in (pair.left_record_id, pair.right_record_id) for pair in sample.pairs]
    assert forget_gone_records(linked) == sum(theirs)
    assert forget_gone_records(linked) == 0, "a second call finds nothing"
    files = [path.read_text(encoding="utf-8") for path in linked.decisions.rglob("*.json")]
    assert not [text for text in files if f'"{gone}"' in text]
    after = newest_sample(linked)
    assert [one for one, left in zip(after.pairs, theirs, strict=True) if not left] == [
        one for one, left in zip(sample.pairs, theirs, strict=True) if not left
    ]
    assert vrp(linked, "report") == said
    sheet = tmp_path / "ben.csv"
    vrp(linked, "write", str(sheet))
    assert [entry.action for entry in entries(linked)].count("write links") == 1
    # Of a sample that is drawn after it, nothing goes: what an agency withdraws later is no erasure.
    vrp(linked, "draw", "--size", "20", "--by", "anna")
    other = next(pair.left_record_id for pair in newest_sample(linked).pairs)
    with duckdb.connect(str(linked.warehouse)) as warehouse:
        warehouse.execute("delete from int_event_records where event_record_id = ?", [other])
    before = newest_sample(linked)
    forget_gone_records(linked)
    assert newest_sample(linked) == before
