"""The dependencies between packages, and what must never enter a commit."""

import ast
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest

from vrp_pipeline.ingest.fingerprints import PACKAGES
from vrp_pipeline.lake.paths import PROJECT

PACKAGE = PROJECT / "vrp_pipeline"

# The packages each package may import. `defs` and `cli` may import several; none may import them.
MAY_KNOW = {
    "feeds": set(),
    "lake": {"feeds"},
    "calendar": {"feeds", "lake"},
    "landing": {"feeds", "lake", "calendar"},
    "validation": {"feeds", "lake", "calendar", "geography"},
    "identifiers": {"lake", "landing", "validation"},
    "ingest": {"feeds", "lake", "calendar", "landing", "geography", "validation", "identifiers"},
    "erasure": {"feeds", "lake", "calendar", "landing", "identifiers"},
    "geography": {"feeds", "lake"},
    "linkage": {"feeds", "lake", "landing"},
    "release": {"feeds", "lake", "calendar"},
    "disclosure": set(),
    "report": {"feeds", "lake", "calendar", "geography", "release", "disclosure"},
    "alerts": {"feeds", "lake", "calendar", "landing", "release", "report"},
    "hot_spots": {"lake", "calendar", "geography", "release"},
    "street_patterns": {"feeds", "landing"},
    "synthetic": {"feeds"},
}
KNOW_SEVERAL = {"defs", "cli"}
# Modules outside every package: the root package itself and Dagster's entry point.
ROOT_MODULES = {"__init__", "definitions"}
KNOW_DAGSTER = KNOW_SEVERAL | {"definitions"}


# `report/counts` holds true counts, `report/protection` may read them, and two modules order the work. Every other
# module of `report`, a new one included, writes what is published and sees protected figures alone.
TRUE_COUNTS = "vrp_pipeline.report.counts"
MAY_READ_TRUE_COUNTS = {"report/counts", "report/protection", "report/publication.py", "report/__init__.py"}
READ_FILES = {"duckdb", "read_parquet", "read_table", "ParquetFile", "read_csv"}
# Protected figures are made where they are protected, nowhere else.
MADE_BY_PROTECTING = {
    "ProtectedFigure",
    "ProtectedYear",
    "ProtectedStep",
    "ProtectedCounts",
    "ProtectedRow",
    "ProtectedTable",
    "ProtectedReading",
}
MADE_BY_PROTECT = {"ProtectedTables"}


def room_of(path: Path) -> str:
    """The room of a module: the folder below the package, or the module itself at the root."""
    first, *below = path.relative_to(PACKAGE).parts
    return first if below else Path(first).stem


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def faults_of(path: Path, source: str) -> list[str]:
    """What a module does that its room may not, one sentence each."""
    room, where = room_of(path), path.relative_to(PACKAGE.parent)
    if room not in MAY_KNOW.keys() | KNOW_SEVERAL | ROOT_MODULES:
        return [f"{where}: '{room}' is no room of the house; put it into one, or declare the room in this test."]
    names = imported(ast.parse(source))
    found = []
    if room not in KNOW_DAGSTER and any(name.split(".")[0] in ("dagster", "dagster_dbt") for name in names):
        found.append(f"{where}: imports Dagster, which only {', '.join(sorted(KNOW_DAGSTER))} may know.")
    known = {name.split(".")[1] for name in names if name.startswith("vrp_pipeline.")}
    known &= MAY_KNOW.keys() | KNOW_SEVERAL | ROOT_MODULES
    if room in MAY_KNOW and (wrong := known - {room} - MAY_KNOW[room]):
        found.append(f"{where}: '{room}' imports {', '.join(sorted(wrong))}; dependencies point one way.")
    return found


def leaks_of(path: Path, source: str) -> list[str]:
    """How a module could publish a count without disclosure control, one sentence each."""
    where, tree = path.relative_to(PACKAGE.parent), ast.parse(source)
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    found = []
    if path.stem != "protecting" and (made := calls & MADE_BY_PROTECTING):
        found.append(f"{where}: makes {', '.join(sorted(made))}, which only report/protection/protecting.py may make.")
    if path.stem != "protection" and (made := calls & MADE_BY_PROTECT):
        found.append(f"{where}: makes {', '.join(sorted(made))}, which only disclosure/protection.py may make.")
    within = path.relative_to(PACKAGE)
    if room_of(path) == "report" and not MAY_READ_TRUE_COUNTS & {within.as_posix(), within.parent.as_posix()}:
        names = imported(tree)
        reads = {name for name in names if f"{name}.".startswith(f"{TRUE_COUNTS}.")}
        reads |= {name for name in names if name.split(".")[0] in READ_FILES} | (calls & READ_FILES)
        if reads:
            found.append(
                f"{where}: reads {', '.join(sorted(reads))}; what is published may read protected figures alone."
            )
    return found


def test_what_is_published_reads_protected_figures_alone() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    assert [leak for path in modules for leak in leaks_of(path, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("report/page/maps.py", "from vrp_pipeline.report.counts.figures import Figure", "report.counts.figures"),
        ("report/page/page.py", "from vrp_pipeline.report.counts import reading", "report.counts.reading"),
        ("report/content/rates.py", "from vrp_pipeline.report import counts", "report.counts;"),
        ("report/page/page.py", "import duckdb", "reads duckdb"),
        ("report/page/charts.py", "import pyarrow.parquet as pq\npq.read_table('r')", "reads read_table"),
        ("report/page/page.py", "ProtectedFigure(value=3)", "makes ProtectedFigure"),
        ("cli/releases.py", "protected.ProtectedReading()", "makes ProtectedReading"),
        ("report/protection/protecting.py", "ProtectedTables({}, frozenset(), None)", "makes ProtectedTables"),
    ],
)
def test_a_way_round_disclosure_control_is_one_clear_sentence(module: str, source: str, said: str) -> None:
    (leak,) = leaks_of(PACKAGE / module, source)
    assert said in leak


def test_every_module_stands_in_a_known_room_and_dependencies_point_one_way() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    assert {room_of(path) for path in modules} == MAY_KNOW.keys() | KNOW_SEVERAL | ROOT_MODULES
    assert [fault for path in modules for fault in faults_of(path, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("attic/boxes.py", "", "'attic' is no room of the house"),
        ("loose.py", "", "'loose' is no room of the house"),
        ("lake/paths.py", "from vrp_pipeline.ingest import pipeline", "'lake' imports ingest"),
        ("lake/paths.py", "from vrp_pipeline import landing", "'lake' imports landing"),
        ("report/page/page.py", "import dagster as dg", "imports Dagster"),
        ("linkage/events/links.py", "from vrp_pipeline.defs.feeds import feed_assets", "'linkage' imports defs"),
    ],
)
def test_a_module_in_the_wrong_place_is_one_clear_sentence(module: str, source: str, said: str) -> None:
    (fault,) = faults_of(PACKAGE / module, source)
    assert said in fault


def test_a_month_is_judged_again_and_has_a_new_code_version_when_any_package_below_ingest_changes() -> None:
    below, waiting = set[str](), ["ingest"]
    while waiting:
        if (package := waiting.pop()) not in below:
            below.add(package)
            waiting += MAY_KNOW[package]
    assert {"feeds", *PACKAGES} == below


def module_name(path: Path) -> str:
    """The dotted name under which Python imports a file."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_first(tree: ast.Module) -> set[str]:
    """The names that a module imports while it is imported itself: those within functions and for types come later."""
    names: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= imported(node)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return names


def circle_in(sources: dict[str, str]) -> list[str]:
    """The modules of one import circle in order, the first of them again at the end; none if there is no circle.

    Each module is imported first once, as Python would: its packages before it, then what it imports. It may use a
    package that is still being imported for the modules in it, but for nothing that the package itself defines.
    """
    needs = {name: _modules_needed(name, source, sources) for name, source in sources.items()}

    def imports_in_a_circle(name: str, path: list[str], done: set[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        packages = [package for package in _packages(name) if package in sources and package not in path]
        for package in packages:
            if package not in done and (circle := imports_in_a_circle(package, path, done)):
                return circle
        if name in done:
            return []
        path = [*path, name]
        for module in needs[name]:
            if module not in done and (circle := imports_in_a_circle(module, path, done)):
                return circle
        done.add(name)
        return []

    for name in sorted(sources):
        if circle := imports_in_a_circle(name, [], set()):
            return circle
    return []


def _modules_needed(name: str, source: str, known: Collection[str]) -> list[str]:
    modules, names = set(), set()
    for each in imported_first(ast.parse(source)):
        if each in known:
            modules.add(each)
        else:
            names.add(each.rpartition(".")[0])
    return sorted((modules - {name, *_packages(name)}) | (names & {*known}))


def _packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def test_any_module_can_be_imported_first_because_no_imports_run_in_a_circle() -> None:
    assert circle_in({module_name(path): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}) == []


@pytest.mark.parametrize(
    ("sources", "circle"),
    [
        ({"p": "", "p.a": "from p import b", "p.b": "import p.a"}, ["p.a", "p.b", "p.a"]),
        (
            {"p": "", "p.r": "from p.r import t", "p.r.t": "from p.c import total", "p.r.u": "", "p.c": "import p.r.u"},
            ["p.c", "p.r", "p.r.t", "p.c"],
        ),
        ({"p": "", "p.a": "from p import b", "p.b": "def late():\n    import p.a"}, []),
        ({"p": "", "p.a": "import p.b", "p.b": "if TYPE_CHECKING:\n    import p.a"}, []),
        ({"p": "from p import a", "p.a": "from p import b", "p.b": ""}, []),
        ({"p": "from p import a", "p.a": "from p import NAME"}, ["p", "p.a", "p"]),
    ],
)
def test_an_import_circle_is_found_and_named(sources: dict[str, str], circle: list[str]) -> None:
    assert circle_in(sources) == circle


def test_no_room_is_called_after_when_instead_of_what() -> None:
    forbidden = {"utils", "helpers", "common", "misc", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*") if path.stem in forbidden]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [PROJECT / name for name in listed.stdout.decode().split("\0") if name]


def test_the_lock_has_a_hash_for_every_version_and_no_address() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    requirements = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(requirements) > 100
    assert all("==" in line and line.endswith("\\") for line in requirements)
    assert "://" not in lock
    assert "index-url" not in lock


def test_no_data_and_no_key_is_tracked() -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in tracked_files()]
    assert not [name for name in names if name.startswith("data_lake/") and name != "data_lake/README.md"]
    assert not [name for name in names if name.endswith((".key", ".duckdb", "uv.lock"))]


def test_help_answers_without_a_heavy_import() -> None:
    heavy = (
        "dagster",
        "great_expectations",
        "pandas",
        "pyarrow",
        "duckdb",
        "dbt",
        "altair",
        "shapely",
        "numpy",
        "scipy",
    )
    script = (
        "import sys; from click.testing import CliRunner; from vrp_pipeline.cli import main; "
        "result = CliRunner().invoke(main, ['--help']); assert result.exit_code == 0, result.output; "
        f"print(sorted(set(sys.modules) & set({heavy!r})))"
    )
    import sys

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert found.stdout.strip() == "[]"


def misplaced(tests: Collection[Path], modules: Collection[Path]) -> list[str]:
    """The tests that bear the name of a module of their room and stand elsewhere than the module, one sentence each.

    Paths are relative to `tests` and to the package. A test of several modules together has a name of its own.
    """
    found = []
    for test in tests:
        name = f"{test.stem.removeprefix('test_')}.py"
        homes = [each.parent for each in modules if each.name == name and each.parts[0] == test.parts[0]]
        if homes and test.parent not in homes:
            found.append(f"{test}: its module is in {homes[0]}; put it into tests/{homes[0]}.")
    return found


def test_a_test_that_is_named_after_a_module_stands_where_the_module_does() -> None:
    tests = {path.relative_to(PROJECT / "tests") for path in (PROJECT / "tests").rglob("test_*.py")}
    assert len(tests) > 200
    assert misplaced(tests, {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")}) == []


def test_a_test_in_another_folder_than_its_module_is_one_clear_sentence() -> None:
    modules = [Path("report/page/charts.py"), Path("linkage/links.py")]
    (fault,) = misplaced([Path("report/test_charts.py"), Path("report/test_links.py")], modules)
    assert fault == "report/test_charts.py: its module is in report/page; put it into tests/report/page."
