"""`vrp-dbt`: the dbt that Dagster starts. It tells its version from what is installed, and is dbt in all else.

dagster-dbt asks for the version before each run, and `dbt --version` takes 2.8 s of a processor, most of them importing
dbt, and then asks the package index for newer versions: a request to the internet from a server that need make none.
"""

import sys
from importlib.metadata import version


def main() -> None:
    """Run dbt with the arguments of this process; it ends with the exit code of dbt."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"dbt-core {version('dbt-core')}\n")
        return
    from dbt.cli.main import cli

    cli(prog_name="dbt")
