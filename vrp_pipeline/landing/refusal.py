"""The exception for a refused file: the problem, its place in the file, and the remedy."""

from pathlib import Path


class RefusedError(ValueError):
    """A file that cannot be received. The message names the file, the place in it and the remedy, never a value."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.file_name = path.name
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path.name}: {problem} {remedy}")
