"""README.md, docs/ and the lake's README agree with the code: checklist, commands, settings, zones."""

import re
from inspect import getmembers
from pathlib import Path

import click
import pytest

from tests import test_feeds
from tests.feeds import test_generated
from tests.support.readme import Item, checklist, section
from vrp_pipeline.cli import main
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import PROJECT, Lake

LAKE_PAGE = (PROJECT / "data_lake" / "README.md").read_text(encoding="utf-8")
TESTS = {name for name in vars(test_feeds) if name.startswith("test_")}
GENERATED = {name for name in vars(test_generated) if name.startswith("test_")}
every_item = pytest.mark.parametrize("item", checklist(), ids=lambda item: item.name)


def test_the_checklist_of_a_new_agency_is_read_whole() -> None:
    numbers = re.findall(r"(?m)^(\d+)\. ", section("docs/add-a-feed.md", "The checklist"))
    assert numbers == [str(number) for number in range(1, len(checklist()) + 1)]
    assert len(numbers) == 10


@every_item
def test_an_item_of_the_checklist_names_its_file_and_the_test_that_asks_for_it(item: Item) -> None:
    assert item.tests
    assert set(item.tests) <= TESTS | GENERATED
    assert item.paths or item.name == "Page"


@every_item
def test_the_files_an_item_names_are_there_for_every_feed(item: Item) -> None:
    for feed in FEEDS.values():
        for path in item.paths:
            filled = path.replace("<agency>", feed.agency).replace("<table>.*", f"{feed.table}*")
            assert list(PROJECT.glob(filled.replace("<table>", feed.table))), (path, feed.name)


def test_every_test_that_a_new_feed_must_pass_is_cited_by_an_item() -> None:
    assert len(TESTS) > 12
    assert TESTS - {test for item in checklist() for test in item.tests} == set()


def test_the_table_of_commands_is_that_of_the_command_line() -> None:
    assert set(re.findall(r"(?m)^\| `vrp (\w+)", section("README.md", "Every day"))) == set(main.commands)


def test_every_option_of_a_command_that_is_shown_exists() -> None:
    commands = [main, *main.commands.values()]
    commands += [each for group in commands[1:] if isinstance(group, click.Group) for each in group.commands.values()]
    known = {option for command in commands for each in command.params for option in each.opts} | {"--help"}
    shown = {
        option
        for line in re.findall(
            r"vrp [^\n]*|`--[^`]*`",
            section("README.md", "Every day") + (PROJECT / "docs/operations.md").read_text(encoding="utf-8"),
        )
        for option in re.findall(r"(?<!\w)--[a-z][a-z-]*", line)
    }
    assert len(shown) > 8
    assert shown <= known | {"--help"}


def test_every_setting_that_is_read_is_told() -> None:
    read = {
        name
        for path in (PROJECT / "vrp_pipeline").rglob("*.py")
        for name in re.findall(r"""["'](VRP_[A-Z_]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert read
    assert set(re.findall(r"(?m)^\| `(VRP_\w+)`", (PROJECT / "docs/operations.md").read_text(encoding="utf-8"))) == read


def test_the_page_of_the_lake_lists_every_zone(tmp_path: Path) -> None:
    lake, feed = Lake(tmp_path), FEEDS["police__offences"]
    partitions = [value for _, value in getmembers(lake) if isinstance(value, Path)]
    partitions += [
        lake.quarantine_partition(feed, "2024-03"),
        lake.verdict_partition(feed, "2024-03"),
        lake.as_of("2024-03-31").root,
    ]
    zones = {path.relative_to(tmp_path).parts[0] for path in partitions if path not in (tmp_path, *tmp_path.parents)}
    listed = {zone for cell in re.findall(r"(?m)^\| (`.+?`) \|", LAKE_PAGE) for zone in re.findall(r"`([\w.]+)", cell)}
    assert listed == zones | {"truth"}


def test_the_readme_and_the_documentation_name_no_file_that_is_not_there() -> None:
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    named = {
        path
        for page in pages
        for path in re.findall(
            r"`((?:vrp_pipeline|expectations|dbt_project|tests|docs)/[\w./]*)`", page.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 10
    assert [path for path in sorted(named) if not (PROJECT / path).exists()] == []


def test_the_tree_in_the_readme_is_that_of_the_package() -> None:
    tree = section("README.md", "The tree").split("vrp_pipeline/", 1)[1].split("dbt_project/", 1)[0]
    shown = set(re.findall(r"(?m)^  (\w+)/ ", tree))
    assert shown == {path.name for path in (PROJECT / "vrp_pipeline").iterdir() if (path / "__init__.py").exists()}


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
