"""`vrp-dbt`: the dbt that Dagster starts. It parses the project once for all lakes, and is dbt in all else.

dbt keeps what it parsed and parses all of it again, 15 s of a processor, for a warehouse at another path than that of
the last time. Nothing of the parsed project depends on the lake: it is parsed for the one beside the project, whichever
is built, and handed to dbt as its reference describes
(https://docs.getdbt.com/reference/programmatic-invocations#reusing-objects). That parse takes its folders from the
environment alone, where Dagster sets them (`DBT_PROJECT_DIR`, `DBT_PROFILES_DIR`, `DBT_TARGET_PATH`, `DBT_LOG_PATH`):
options for them on the command line reach the second step only. To type commands, use `dbt`.

What was parsed holds the absolute paths of the seeds, and dbt does not look whether the project has moved. A lake
outlives checkouts: the absolute path of the lake beside the project makes dbt parse again in another checkout.

dagster-dbt asks for the version before each run, and `dbt --version` takes 2.8 s of a processor, most of them importing
dbt, and then asks the package index for newer versions: a request to the internet from a server that need make none.
"""

import os
import sys
from importlib.metadata import version
from pathlib import Path

LAKE = "VRP_DATA_LAKE"


def main() -> None:
    """Run dbt with the arguments of this process; it ends with the exit code of dbt."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        sys.stdout.write(f"dbt-core {version('dbt-core')}\n")
        return
    from dbt.cli.exceptions import DbtUsageException
    from dbt.cli.main import dbtRunner

    lake = os.environ.get(LAKE)
    os.environ[LAKE] = str(Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve().parent / "data_lake")
    # What it warns of stands in the log file, since Dagster reads standard output as the events of the second step.
    parse = ["--quiet", "--log-format-file", "debug", "parse", "--no-write-json"]
    # dbt takes a unit test that moved to another page, as after an update, for a second one of its name.
    if not (finished := dbtRunner().invoke(parse)).success:
        finished = dbtRunner().invoke([*parse, "--no-partial-parse"])
    if lake is None:
        del os.environ[LAKE]
    else:
        os.environ[LAKE] = lake
    if finished.success:
        finished = dbtRunner(manifest=finished.result).invoke(arguments)
    if isinstance(finished.exception, DbtUsageException):  # all other errors are in dbt's log
        sys.stderr.write(f"{finished.exception}\n")
    # As dbt has them: 1 where a model or a test failed, 2 where dbt did.
    sys.exit(0 if finished.success else 1 if finished.exception is None else 2)
