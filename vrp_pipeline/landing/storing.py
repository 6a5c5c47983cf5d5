"""Storing a delivery in landing: an immutable folder with the file as received and its record."""

import os
import shutil
from pathlib import Path

from vrp_pipeline.lake.atomic import creating_directory, to_json
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import RECORD, Delivery
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.refusal import RefusedError


def store_file(lake: Lake, delivery: Delivery, path: Path, *, beside: Delivery | None = None) -> None:
    """Store the file at `path` as a delivery; if it is stored for another (`beside`), as a hard link to its bytes.

    Raises RefusedError if the file is no longer the one whose SHA-256 the delivery has.
    """
    with creating_directory(delivery.path(lake).parent) as folder:
        stored = folder / delivery.file_name
        if beside is None or beside.erased:
            shutil.copyfile(path, stored)
        else:
            _link_or_copy(beside.path(lake), stored)
        if hash_of(stored) != delivery.sha256:
            raise RefusedError(
                path,
                "the file changed while it was being received.",
                "Wait until it is complete, then receive it again.",
            )
        _write_record(folder, delivery)


def store_text(lake: Lake, delivery: Delivery, content: str) -> None:
    """Store a text that the pipeline writes itself, such as a declaration, as a delivery."""
    with creating_directory(delivery.path(lake).parent) as folder:
        (folder / delivery.file_name).write_text(content, encoding="utf-8")
        _write_record(folder, delivery)


def _write_record(folder: Path, delivery: Delivery) -> None:
    (folder / RECORD).write_text(to_json(delivery.to_dict()), encoding="utf-8")


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not every file system supports hard links
        shutil.copyfile(source, target)
