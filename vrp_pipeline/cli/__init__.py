"""The command line `vrp`, one module per group of commands.

Holds the options of each command, its output on the terminal, and running Dagster's jobs in this process. Decisions
about data are left to the packages that the commands call.
"""

from vrp_pipeline.cli.main import main

__all__ = ["main"]
