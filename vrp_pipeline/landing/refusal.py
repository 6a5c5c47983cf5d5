"""The one way to refuse a file: what is wrong, where, and what to do about it."""

from pathlib import Path


class RefusedError(ValueError):
    """A file that cannot be received. Its text names the file, the place in it and the remedy."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.file_name = path.name
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path.name}: {problem} {remedy}")
