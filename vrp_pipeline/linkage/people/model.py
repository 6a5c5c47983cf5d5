"""The person model: blocking rules, comparison levels, training and scoring with Splink on encoded identifiers.

A Fellegi-Sunter model on DuckDB: names are compared by the keyed hashes of their bigrams (`encodings`), never in clear.
It is trained without labels by a command of its own and stored as JSON in `models/`. The link status of scored pairs is
decided in `links`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.models.files import kept, settings_of
from vrp_pipeline.linkage.people.default_birthdays import without_default_birthdays
from vrp_pipeline.linkage.people.priors import weights_of_kinds

PERSON_MODEL = "people_v2"
# Pairs below this match probability are discarded.
LEAST_PROBABILITY = 0.05
# Pairs below this match weight (bits) under the stored share of matches stay implausible whatever their kinds are.
LEAST_WEIGHT = -12.0
SCORED_PERSON_PAIRS = pa.schema(
    [
        ("left_key", pa.string()),
        ("right_key", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
    ]
)

_SHARED = "len(list_intersect({0}_pairs_l, {0}_pairs_r))"
_DICE = "2 * " + _SHARED + " / (len({0}_pairs_l) + len({0}_pairs_r))"
# A short form shares nearly all of its bigrams with the full name, however long that is.
_SHORT_FOR = _SHARED + " / least(len({0}_pairs_l), len({0}_pairs_r))"
_TURNED_ROUND = "(forename_l = surname_r and surname_l = forename_r)"
_SAME_BIRTHDAY = "birth_year_l = birth_year_r and birth_month_l = birth_month_r and birth_day_l = birth_day_r"
_SWAPPED_BIRTHDAY = "birth_year_l = birth_year_r and birth_month_l = birth_day_r and birth_day_l = birth_month_r"


def _as_rule(condition: str) -> str:
    """Convert a condition on pair columns (`forename_l`) to the syntax of a blocking rule (`l.forename`)."""
    return re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", condition)


# Siblings and twins share surname, home and perhaps date of birth, never the forename. People who use an entirely
# different forename are missed: one true pair in a hundred.
_FORENAMES_ALIKE = _as_rule(f"({_SHORT_FOR.format('forename')} >= 0.5 or {_TURNED_ROUND})")
_BORN_ALIKE = _as_rule(_SAME_BIRTHDAY)
RULES = (
    ("same birthday", f"{_BORN_ALIKE} and {_FORENAMES_ALIKE}"),
    ("same names", "l.forename = r.forename and l.surname = r.surname"),
    ("same home and year of birth", f"l.postcode = r.postcode and l.birth_year = r.birth_year and {_FORENAMES_ALIKE}"),
    ("same surname and year of birth", f"l.surname = r.surname and l.birth_year = r.birth_year and {_FORENAMES_ALIKE}"),
    ("names turned round", "l.forename = r.surname and l.surname = r.forename"),
    ("day and month of birth turned round", f"{_as_rule(_SWAPPED_BIRTHDAY)} and {_FORENAMES_ALIKE}"),
    (
        "same home, a birthday unknown",
        f"l.postcode = r.postcode and (l.birth_day is null or r.birth_day is null) and {_FORENAMES_ALIKE}",
    ),
)
# Splink's deterministic rule for the prior, and its expected recall. Neither affects the comparisons.
_DETERMINISTIC_RULE = f"{_BORN_ALIKE} and l.forename = r.forename and l.surname = r.surname"
_DETERMINISTIC_RECALL = 0.7
# Expectation maximisation estimates a comparison among pairs that agree on something else; each rule excludes what it
# blocks on.
_LEARN_NAMES = _BORN_ALIKE
_LEARN_BIRTH = "l.forename = r.forename and l.surname = r.surname"
# Forenames imply the sex, so pairs of one name hardly ever differ in it and the value cannot be estimated.
_SEX_WRONG = 0.005
# Too rare to be estimated [P]: true pairs with forename and surname swapped, and such pairs by chance.
_TURNED, _TURNED_BY_CHANCE = 0.01, 1e-5


def score(people: pa.Table, model: dict[str, Any]) -> pa.Table:
    """Score candidate pairs of people, in the schema `SCORED_PERSON_PAIRS`, in order of both keys.

    `people` has the schema `people.inputs.PEOPLE`; records without a name are not compared.
    """
    settings = settings_of(model)
    with _linker(people, settings) as linker:
        if linker is None:
            return SCORED_PERSON_PAIRS.empty_table()
        scored = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT).as_pyarrow_table()
    # Pairs come in any order, and sums of shares depend on it in their last digits.
    scored = scored.sort_by([("person_key_l", "ascending"), ("person_key_r", "ascending")])
    weight = _weights(people, scored, float(settings["probability_two_random_records_match"]))
    probability = 1 / (1 + np.exp2(-weight))
    names = [name for name, _ in RULES]
    table = pa.table(
        {
            "left_key": scored["person_key_l"],
            "right_key": scored["person_key_r"],
            "match_probability": probability,
            "match_weight": weight,
            "rule": pa.array([names[int(number)] for number in scored["match_key"].to_pylist()], pa.string()),
        },
        schema=SCORED_PERSON_PAIRS,
    ).filter(pa.array(probability >= LEAST_PROBABILITY))
    return table.sort_by([("left_key", "ascending"), ("right_key", "ascending")])


def _weights(people: pa.Table, scored: pa.Table, share: float) -> np.ndarray:
    """Return the match weights of scored pairs by how many pairs of their kinds are of one person in this lake."""
    named = people.filter(pc.is_valid(people["surname"]))
    left, right = (
        np.array([key.partition("|")[0] for key in scored[name].to_pylist()], dtype=object)
        for name in ("person_key_l", "person_key_r")
    )
    return weights_of_kinds(named["kind"].combine_chunks(), left, right, scored["match_weight"].to_numpy(), share)


def train(people: pa.Table, *, seed: int = 1) -> dict[str, Any]:
    """Train a model on unlabelled people and return Splink settings as stored in `models/`.

    u-probabilities are estimated from a million random pairs, m-probabilities by expectation maximisation. The model
    holds shares and no value of any person. Raises ValueError if fewer than two records have a name.
    """
    with _linker(people, _settings()) as linker:
        if linker is None:
            raise ValueError("people with names, of at least one feed, are needed to learn a model")
        linker.training.estimate_probability_two_random_records_match(
            [_DETERMINISTIC_RULE], recall=_DETERMINISTIC_RECALL
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
        for rule in (_LEARN_NAMES, _LEARN_BIRTH):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, fix_probability_two_random_records_match=True
            )
        return kept(linker.misc.save_model_to_json())


def _settings() -> dict[str, Any]:
    from splink import SettingsCreator
    from splink import comparison_level_library as levels
    from splink import comparison_library as library

    custom = levels.CustomLevel

    def name(column: str, first: list[Any], last: list[Any]) -> Any:
        return library.CustomComparison(
            output_column_name=column,
            comparison_levels=[
                *first,
                levels.ExactMatchLevel(column, term_frequency_adjustments=True),
                custom(f"{_DICE.format(column)} >= 0.8", "nearly alike"),
                custom(
                    f"{_DICE.format(column)} >= 0.6 or {_SHORT_FOR.format(column)} >= 0.75",
                    "much alike, or short for the other",
                ),
                *last,
                levels.ElseLevel(),
            ],
        )

    # The comparison of forenames carries the evidence of swapped names, so that it is not counted twice.
    forename = name(
        "forename",
        [levels.NullLevel("forename")],
        [
            custom(_TURNED_ROUND, "turned round").configure(
                m_probability=_TURNED, fix_m_probability=True, u_probability=_TURNED_BY_CHANCE, fix_u_probability=True
            )
        ],
    )
    surname = name(
        "surname",
        [
            custom(f"surname_l is null or surname_r is null or {_TURNED_ROUND}", "unknown, or turned round").configure(
                is_null_level=True
            )
        ],
        [],
    )
    birth = library.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            custom("birth_day_l is null or birth_day_r is null", "unknown").configure(is_null_level=True),
            custom(_SAME_BIRTHDAY, "same day"),
            custom(_SWAPPED_BIRTHDAY, "day and month turned round"),
            custom(
                "birth_year_l = birth_year_r and (birth_month_l = birth_month_r or birth_day_l = birth_day_r)",
                "day or month the same, in the same year",
            ),
            custom("birth_year_l = birth_year_r", "same year"),
            levels.ElseLevel(),
        ],
    )
    home = library.CustomComparison(
        output_column_name="home",
        comparison_levels=[
            custom("postcode_l is null or postcode_r is null", "unknown").configure(is_null_level=True),
            custom("postcode_l = postcode_r", "same postcode"),
            custom("outward_l = outward_r", "same outward code"),
            levels.ElseLevel(),
        ],
    )
    sex = library.CustomComparison(
        output_column_name="sex",
        comparison_levels=[
            levels.NullLevel("sex"),
            levels.ExactMatchLevel("sex").configure(m_probability=1 - _SEX_WRONG, fix_m_probability=True),
            levels.ElseLevel().configure(m_probability=_SEX_WRONG, fix_m_probability=True),
        ],
    )
    settings: dict[str, Any] = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[forename, surname, birth, home, sex],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for _, rule in RULES],
        retain_matching_columns=False,
        unique_id_column_name="person_key",
    ).create_settings_dict("duckdb")
    return settings


@contextmanager
def _linker(people: pa.Table, settings: dict[str, Any]) -> Iterator[Any]:
    """Yield a Splink linker over records with a name, or None if fewer than two have one; nothing spills to disk."""
    from splink import DuckDBAPI, Linker

    named = without_default_birthdays(people.filter(pc.is_valid(people["surname"])))
    with duckdb.connect() as own:
        own.execute("set enable_progress_bar = false")
        own.execute("set temp_directory = ''")
        registered = DuckDBAPI(own).register(named.combine_chunks(), dataset_display_name="people")
        yield Linker([registered], settings, log_level=None) if named.num_rows > 1 else None
