"""The person model: how two agencies' records of people are compared, without a name ever being read.

A Fellegi-Sunter model of Splink on DuckDB over encodings (`ingest.identities`): two names are alike where they share
pairs of letters, each known only by its keyed hash. It is learnt without labels, rarely and by its own command, and
kept as JSON in `models/`. It tells that two records are of one person, and nothing else about anybody.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.models.files import kept, settings_of

PERSON_MODEL = "people_v1"
# Pairs less likely than this are not kept.
LEAST_PROBABILITY = 0.05
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
# What is short for another name has nearly all its pairs in it, however long the other is.
_SHORT_FOR = _SHARED + " / least(len({0}_pairs_l), len({0}_pairs_r))"
_TURNED_ROUND = "(forename_l = surname_r and surname_l = forename_r)"
_SAME_BIRTHDAY = "birth_year_l = birth_year_r and birth_month_l = birth_month_r and birth_day_l = birth_day_r"


def _as_rule(condition: str) -> str:
    """A condition on the columns of a pair (`forename_l`) as a blocking rule writes it (`l.forename`)."""
    return re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", condition)


# Brothers, sisters and twins share surname, home and perhaps the birthday, never the forename. Whoever goes by another
# forename altogether is not found; one in a hundred pairs is.
_FORENAMES_ALIKE = _as_rule(f"({_SHORT_FOR.format('forename')} >= 0.5 or {_TURNED_ROUND})")
_BORN_ALIKE = _as_rule(_SAME_BIRTHDAY)
RULES = (
    ("same birthday", f"{_BORN_ALIKE} and {_FORENAMES_ALIKE}"),
    ("same names", "l.forename = r.forename and l.surname = r.surname"),
    ("same home and year of birth", f"l.postcode = r.postcode and l.birth_year = r.birth_year and {_FORENAMES_ALIKE}"),
    ("same surname and year of birth", f"l.surname = r.surname and l.birth_year = r.birth_year and {_FORENAMES_ALIKE}"),
    ("names turned round", "l.forename = r.surname and l.surname = r.forename"),
)
# What surely is one person, and the share of true pairs expected to look so: it sets the prior only.
_DETERMINISTIC_RULE = f"{_BORN_ALIKE} and l.forename = r.forename and l.surname = r.surname"
_DETERMINISTIC_RECALL = 0.7
# Splink learns what a comparison tells among pairs that agree on something else; each leaves out what it agrees on.
_LEARN_NAMES = _BORN_ALIKE
_LEARN_BIRTH = "l.forename = r.forename and l.surname = r.surname"
# Forenames tell the sex, so among pairs of one name hardly any differ in it: nothing could be learnt of that.
_SEX_WRONG = 0.005
# Too rare to be learnt [P]: pairs in which one agency took the surname for the forename, and two people of such names.
_TURNED, _TURNED_BY_CHANCE = 0.01, 1e-5


def score(people: pa.Table, model: dict[str, Any]) -> pa.Table:
    """Pairs of people who may be one, in the schema `SCORED_PERSON_PAIRS`, by the two keys; only who has a name is compared.

    `people` has the schema `ingest.identities.PEOPLE`.
    """
    with _linker(people, settings_of(model)) as linker:
        if linker is None:
            return SCORED_PERSON_PAIRS.empty_table()
        scored = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY).as_pyarrow_table()
    names = [name for name, _ in RULES]
    table = pa.table(
        {
            "left_key": scored["person_key_l"],
            "right_key": scored["person_key_r"],
            "match_probability": scored["match_probability"],
            "match_weight": scored["match_weight"],
            "rule": pa.array([names[int(number)] for number in scored["match_key"].to_pylist()], pa.string()),
        },
        schema=SCORED_PERSON_PAIRS,
    )
    return table.sort_by([("left_key", "ascending"), ("right_key", "ascending")])


def train(people: pa.Table, *, seed: int = 1) -> dict[str, Any]:
    """Learn a model from people, without labels. Returns Splink's settings as they are kept in `models/`.

    How often chance agrees is counted over a million random pairs; how often records of one person agree is learnt by
    expectation maximisation. The model holds shares, and no value of anybody. Raises ValueError without any name.
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

    # What both names turned round tell stands with the forename alone.
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
            custom(
                "birth_year_l = birth_year_r and ((birth_month_l = birth_day_r and birth_day_l = birth_month_r)"
                " or birth_month_l = birth_month_r or birth_day_l = birth_day_r)",
                "day and month turned round, or one of them the same, in the same year",
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
    """A Splink linker over whoever has a name, or None where fewer than two have. Nothing of it reaches a disk."""
    from splink import DuckDBAPI, Linker

    named = people.filter(pc.is_valid(people["surname"]))
    with duckdb.connect() as own:
        own.execute("set enable_progress_bar = false")
        own.execute("set temp_directory = ''")
        registered = DuckDBAPI(own).register(named.combine_chunks(), dataset_display_name="people")
        yield Linker([registered], settings, log_level=None) if named.num_rows > 1 else None
