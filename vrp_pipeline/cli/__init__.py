"""`vrp`: the pipeline on the command line, one module per group of commands.

What belongs here: the words of each command, progress, tables and answers on the terminal, and running Dagster's jobs
in this process. What does not: any decision about data; each command calls the room that takes it.
"""

from vrp_pipeline.cli.main import main

__all__ = ["main"]
