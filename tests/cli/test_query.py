"""`vrp query`: what is wrong with a question is said in one message, and every way of asking is answered or refused."""

import pytest
from click.testing import CliRunner, Result

from tests.support.marts import PROVENANCE, build
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import Release, make_release


@pytest.fixture
def release(lake: Lake) -> Release:
    build(lake, 1, 2, 3)
    return make_release(lake, PROVENANCE)


def query(lake: Lake, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), "query", *words], input=typed)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select ('x' || number)::int from fct_events", "Could not convert string 'x1'"),
        ("select error('too far') from fct_events", "too far"),
        ("select number from nowhere", "nowhere does not exist"),
        ("selec 1", "syntax error"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_1_and_the_reason(
    sql: str, said: str, form: str, lake: Lake, release: Release
) -> None:
    told = query(lake, "--format", form, sql)
    assert told.exit_code == 1
    assert isinstance(told.exception, SystemExit), "no traceback"
    assert said in told.stderr
    assert "vrp query --tables" in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize("sql", ["", "  ", ";", "/* nothing but a comment */"])
def test_an_empty_question_is_wrong_usage(sql: str, lake: Lake, release: Release) -> None:
    told = query(lake, sql)
    assert told.exit_code == 2
    assert "there is no question" in told.stderr


def test_a_question_on_standard_input_is_answered(lake: Lake, release: Release) -> None:
    told = query(lake, "--format", "csv", typed="select sum(number) as total\nfrom fct_events;\n")
    assert (told.exit_code, told.stdout.split()) == (0, ["total", "6"])


@pytest.mark.parametrize("typed", ["", " \n"])
def test_where_standard_input_is_empty_the_tables_are_listed(typed: str, lake: Lake, release: Release) -> None:
    told = query(lake, typed=typed)
    assert (told.exit_code, "fct_events  (3 rows)" in told.stdout) == (0, True)


def test_no_list_of_tables_stands_where_an_answer_was_wanted(lake: Lake, release: Release) -> None:
    told = query(lake, "--format", "csv", typed="")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "no question on standard input" in told.stderr


def test_what_is_asked_for_goes_before_standard_input(lake: Lake, release: Release) -> None:
    assert "2" in query(lake, "select 1 + 1 as two", typed="select 7").stdout
    assert "fct_events" in query(lake, "--tables", typed="select 7").stdout
    assert query(lake, "--path", typed="select 7").stdout == f"{release.path}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("select 1", "--tables"),
        ("select 1", "--path"),
        ("select 1", "--ui"),
        ("--tables", "--path"),
        ("--tables", "--format", "json"),
        ("--path", "--format", "csv"),
        ("--ui", "--format", "csv"),
    ],
)
def test_two_things_at_once_are_wrong_usage(words: tuple[str, ...], lake: Lake, release: Release) -> None:
    told = query(lake, *words)
    assert (told.exit_code, told.stdout) == (2, "")
