"""The event model: blocking rules, comparison levels, training and scoring with Splink on DuckDB.

A Fellegi-Sunter model, trained without labels by a command of its own and stored as JSON in `models/`; a pipeline run
only scores with a stored model. The link status of scored pairs is decided in `assignment`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.models.files import kept, settings_of

EVENT_MODEL = "events_v1"
# Pairs below this match probability are not plausible and are discarded.
LEAST_PROBABILITY = 0.05
# The feeds compared with each other; an incident takes the id of a record of the first of them that reports it.
COMPARED_FEEDS = (
    "police__offences", "health__emergency_attendances", "health__ambulance_incidents", "health__admissions",
    "fire__incidents",
)  # fmt: skip
SCORED_EVENT_PAIRS = pa.schema(
    [
        ("left_record_id", pa.string()),
        ("right_record_id", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
    ]
)

_GAP = "greatest(0, minute_from_l - minute_until_r, minute_from_r - minute_until_l)"
_BOTH_KNOWN = "minute_until_l - minute_from_l <= 60 and minute_until_r - minute_from_r <= 60"
_KILOMETRES = (
    "sqrt((east_km_l - east_km_r) * (east_km_l - east_km_r) + (north_km_l - north_km_r) * (north_km_l - north_km_r))"
)
# Records with two different NHS numbers are two people; fires are compared with fires only; locations more than 10 km
# apart differ, since location errors are hundreds of metres. Excluding these pairs halves time and memory.
_COMPARABLE = (
    "(l.nhs_number is null or r.nhs_number is null or l.nhs_number = r.nhs_number) and l.is_fire = r.is_fire"
    " and (l.east_km is null or r.east_km is null"
    " or (abs(l.east_km - r.east_km) <= 10 and abs(l.north_km - r.north_km) <= 10))"
)
RULES = (
    ("same day", f"l.day = r.day and {_COMPARABLE}"),
    ("a day apart", f"l.day = r.day + 1 and {_COMPARABLE}"),
    ("a day apart", f"l.day = r.day - 1 and {_COMPARABLE}"),
)
# Splink's deterministic rule for the prior, and its expected recall: the product of the four shares below, from the
# error rates in docs/linkage.md#difficulty (rounded times, missing locations, unknown or wrong ages). Neither affects
# the comparisons.
_DETERMINISTIC_RULE = (
    "l.day = r.day and abs(l.minute_from - r.minute_from) <= 60 and l.age = r.age and l.sex = r.sex"
    " and abs(l.east_km - r.east_km) <= 0.5 and abs(l.north_km - r.north_km) <= 0.5"
    f" and {_COMPARABLE}"
)
_DETERMINISTIC_RECALL = 0.85 * 0.65 * 0.8 * 0.97
# Expectation maximisation estimates a comparison among pairs that agree on something else, so each rule excludes the
# comparisons that read its columns. Blocking on the day alone would teach that a shared day is no evidence.
_LEARN_PERSON_AND_PLACE = "l.day = r.day and abs(l.minute_from - r.minute_from) <= 60"
_LEARN_TIME = (
    "l.age = r.age and l.sex = r.sex and floor(l.east_km) = floor(r.east_km) and floor(l.north_km) = floor(r.north_km)"
)


def score(inputs: pa.Table, model: dict[str, Any], connection: duckdb.DuckDBPyConnection | None = None) -> pa.Table:
    """Score candidate pairs of different feeds, in the schema `SCORED_EVENT_PAIRS`, in order of both record ids.

    `inputs` has the schema `inputs.LINKAGE_INPUTS`. Feeds without records are skipped; with fewer than two feeds left
    the result is empty.
    """
    with _linker(inputs, settings_of(model), connection) as linker:
        if linker is None:
            return SCORED_EVENT_PAIRS.empty_table()
        scored = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY).as_pyarrow_table()
    names = [name for name, _ in RULES]
    table = pa.table(
        {
            "left_record_id": scored["unique_id_l"],
            "right_record_id": scored["unique_id_r"],
            "match_probability": scored["match_probability"],
            "match_weight": scored["match_weight"],
            "rule": pa.array([names[int(number)] for number in scored["match_key"].to_pylist()], pa.string()),
        },
        schema=SCORED_EVENT_PAIRS,
    )
    return table.sort_by([("left_record_id", "ascending"), ("right_record_id", "ascending")])


def train(inputs: pa.Table, *, seed: int = 1) -> dict[str, Any]:
    """Train a model on unlabelled records and return Splink settings as stored in `models/`.

    u-probabilities are estimated from 20 million random pairs, m-probabilities by expectation maximisation. Raises
    ValueError if fewer than two feeds have records.
    """
    with _linker(inputs, _settings()) as linker:
        if linker is None:
            raise ValueError("records of at least two feeds are needed to learn a model")
        linker.training.estimate_probability_two_random_records_match(
            [_DETERMINISTIC_RULE], recall=_DETERMINISTIC_RECALL
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=seed)
        for rule in (_LEARN_PERSON_AND_PLACE, _LEARN_TIME):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, fix_probability_two_random_records_match=False
            )
        learnt: dict[str, Any] = linker.misc.save_model_to_json()
    return kept(learnt)


def _settings() -> dict[str, Any]:
    from splink import SettingsCreator
    from splink import comparison_level_library as levels
    from splink import comparison_library as library

    def compared(name: str, *parts: Any) -> Any:
        return library.CustomComparison(output_column_name=name, comparison_levels=[*parts, levels.ElseLevel()])

    custom = levels.CustomLevel
    comparisons = [
        compared(
            "time",
            levels.CustomLevel("minute_from_l is null or minute_from_r is null", "unknown").configure(
                is_null_level=True
            ),
            custom(f"{_BOTH_KNOWN} and {_GAP} <= 15", "both known, within 15 minutes"),
            custom(f"{_GAP} <= 60", "within an hour"),
            custom(f"{_GAP} <= 240", "within 4 hours"),
            custom(f"{_GAP} <= 1440", "within 24 hours"),
        ),
        compared(
            "place",
            custom("east_km_l is null or east_km_r is null", "unknown").configure(is_null_level=True),
            custom(f"{_KILOMETRES} <= 0.5", "within 0.5 km"),
            custom(f"{_KILOMETRES} <= 2", "within 2 km"),
            custom(f"{_KILOMETRES} <= 5", "within 5 km"),
        ),
        compared(
            "kind",
            levels.NullLevel("kind"),
            levels.ExactMatchLevel("kind", term_frequency_adjustments=True),
            custom("kind_l = 'assault' or kind_r = 'assault'", "one tells only of an assault"),
        ),
        compared(
            "age",
            levels.NullLevel("age"),
            levels.ExactMatchLevel("age"),
            custom("abs(age_l - age_r) <= 1", "a year apart"),
            custom("abs(age_l - age_r) <= 5", "up to 5 years apart"),
        ),
        compared("sex", levels.NullLevel("sex"), levels.ExactMatchLevel("sex")),
        # Pairs within health are matches far more often than pairs of police and health. Splink has a single prior,
        # which would be wrong for both without this comparison.
        compared(
            "agencies",
            custom("agency_l is null or agency_r is null", "unknown").configure(is_null_level=True),
            custom("agency_l = agency_r", "two records of health"),
        ),
    ]
    settings: dict[str, Any] = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for _, rule in RULES],
        retain_matching_columns=False,
        unique_id_column_name="unique_id",
    ).create_settings_dict("duckdb")
    return settings


@contextmanager
def _linker(
    inputs: pa.Table, settings: dict[str, Any], connection: duckdb.DuckDBPyConnection | None = None
) -> Iterator[Any]:
    """Yield a Splink linker over the feeds that have records, or None if fewer than two have."""
    from splink import DuckDBAPI, Linker

    with connection or duckdb.connect() as own:
        own.execute("set enable_progress_bar = false")
        api = DuckDBAPI(own)
        tables = [
            (feed, inputs.filter(pc.equal(inputs["feed"], feed)).drop_columns(["feed"])) for feed in COMPARED_FEEDS
        ]
        registered = [
            api.register(table.combine_chunks(), dataset_display_name=feed) for feed, table in tables if table.num_rows
        ]
        yield Linker(registered, settings, log_level=None) if len(registered) > 1 else None
