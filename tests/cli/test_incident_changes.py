"""`vrp linkage changes`: who holds an old incident id learns what became of it."""

from click.testing import CliRunner, Result

from tests.release.test_incident_changes import released
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import Lake


def asked(lake: Lake, *words: str) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), "linkage", "changes", *words])


def test_an_old_id_is_followed_to_the_incident_of_today(lake: Lake) -> None:
    released(lake, "a:a b:b c:c")
    assert asked(lake).output == "No id has changed since the first release.\n"
    release = released(lake, "a:a b:a").release_id
    assert asked(lake, "b").output == f"{release}: b merged to a, 1 records\nToday: a ({release})\n"
    assert asked(lake, "c").output == f"{release}: c withdrawn, 1 records\nToday: no record of this id ({release})\n"
    lines = asked(lake).output.splitlines()
    assert [line.partition(f" to {release}: ")[2] for line in lines] == ["1 merged", "1 withdrawn"]


def test_an_id_that_nobody_knows_is_refused(lake: Lake) -> None:
    released(lake, "a:a")
    told = asked(lake, "z")
    assert (told.exit_code, "knows the id z" in told.output) == (1, True)
