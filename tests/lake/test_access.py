"""Who may run what for which purpose: a refusal says why and who may, and the attempt is logged."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vrp_pipeline.cli.main import main
from vrp_pipeline.lake.access import AccessRulesError, NotAllowedError, purpose_of, rules
from vrp_pipeline.lake.audit import entries, login
from vrp_pipeline.lake.paths import Lake

RULES = """
[purposes]
operation = "running"
analysis = "analysis"
rights = "requests of people"

[[rules]]
who = ["*"]
may = ["status", "query"]
for = ["analysis", "operation"]

[[rules]]
who = ["dana", "eli"]
may = ["erase", "query"]
for = ["rights"]
"""


@pytest.fixture
def access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "access.toml"
    path.write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("VRP_ACCESS_FILE", str(path))
    return path


def vrp(lake: Lake, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_WHO", "")
        patch.setenv("VRP_PURPOSE", "")
        return CliRunner().invoke(main, ["--lake", str(lake.root), *words])


@pytest.mark.usefixtures("access")
def test_the_first_purpose_of_the_first_rule_that_fits_is_taken() -> None:
    assert purpose_of("query", "ben") == "analysis"
    assert purpose_of("query", "ben", "operation") == "operation"
    assert purpose_of("query", "dana", "rights") == "rights"
    assert purpose_of("erase", "eli") == "rights"


@pytest.mark.usefixtures("access")
@pytest.mark.parametrize(
    ("command", "login", "purpose", "who_may"),
    [
        ("erase", "ben", None, "dana, eli for rights"),
        ("query", "ben", "rights", "everybody for analysis or operation; dana, eli for rights"),
        ("publish", "dana", None, "nobody"),
    ],
)
def test_a_refusal_says_who_may(command: str, login: str, purpose: str | None, who_may: str) -> None:
    with pytest.raises(NotAllowedError) as refused:
        purpose_of(command, login, purpose)
    assert f"{login} may not run vrp {command}" in str(refused.value)
    assert f"Who may: {who_may}." in str(refused.value)
    assert "access.toml" in str(refused.value)


@pytest.mark.usefixtures("access")
def test_a_command_that_is_refused_does_nothing_ends_with_one_and_is_logged(lake: Lake, tmp_path: Path) -> None:
    lake.root.mkdir()
    (tmp_path / "file.csv").write_text("a\n1\n")
    result = vrp(lake, "receive", str(tmp_path / "file.csv"))
    assert result.exit_code == 1
    assert "may not run vrp receive" in result.output
    assert not lake.landing.exists()
    (entry,) = entries(lake)
    assert (entry.action, entry.details, entry.login) == ("refused", {"command": "receive"}, login())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read"),
        ("[purposes]\nrules = 1", "cannot be read"),
        ("not toml", "cannot be read"),
        (RULES.replace('for = ["rights"]', 'for = ["anything"]'), "no purpose is called anything"),
        (RULES.replace('may = ["erase", "query"]', "may = []"), "allows nothing"),
    ],
)
def test_rules_that_cannot_be_read_allow_nothing(text: str, said: str, access: Path, lake: Lake) -> None:
    access.write_text(text, encoding="utf-8")
    with pytest.raises(AccessRulesError, match=said):
        rules()
    assert vrp(lake, "status").exit_code == 1


def test_every_command_stands_in_a_rule_of_the_file_that_is_shipped() -> None:
    known = {command for rule in rules() for command in rule.may}
    assert set(main.commands) <= known
