"""Loading and saving linkage models: Splink settings as JSON, one immutable file per version.

Training and scoring are in `events.model` and `people.model`.
"""

import json
from pathlib import Path
from typing import Any

from vrp_pipeline.lake.atomic import write_json

MODELS = Path(__file__).parent
# Smallest m-probability of a comparison level: an error absent from the training data may still occur.
_LEAST_M = 1e-3


class NoModelError(RuntimeError):
    """No file of that model name exists in `models/`."""


class ModelExistsError(RuntimeError):
    """A model of that name already exists in `models/`."""


def load(name: str) -> dict[str, Any]:
    """Return the named model: Splink settings, plus its training metadata under `training`. Raises NoModelError."""
    path = MODELS / f"{name}.json"
    if not path.exists():
        raise NoModelError(
            f"there is no model {name} in linkage/models/. Learn one with: vrp train {name.partition('_')[0]}"
        )
    model: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return model


def settings_of(model: dict[str, Any]) -> dict[str, Any]:
    """Return the model without its training metadata, as Splink expects it."""
    return {name: value for name, value in model.items() if name != "training"}


def must_be_new(name: str) -> Path:
    """Return the path for a new model of that name. Raises ModelExistsError if the file exists."""
    path = MODELS / f"{name}.json"
    if path.exists():
        raise ModelExistsError(f"the model {name} exists. A model is never changed: take the next number.")
    return path


def save(name: str, model: dict[str, Any], **training: Any) -> Path:
    """Write a model with its training metadata and return its path. Raises ModelExistsError."""
    path = must_be_new(name)
    write_json(path, {**model, "training": training})
    return path


def kept(learnt: dict[str, Any]) -> dict[str, Any]:
    """Return trained Splink settings as they are stored: no run-specific linker id, and no m-probability of zero."""
    for comparison in learnt["comparisons"]:
        _keep_possible(comparison["comparison_levels"])
    learnt.pop("linker_uid", None)
    return learnt


def _keep_possible(levels: list[dict[str, Any]]) -> None:
    """Raise every m-probability to at least `_LEAST_M` and rescale them to sum to one."""
    real = [level for level in levels if not level.get("is_null_level")]
    shares = [max(_LEAST_M, float(level.get("m_probability") or 0.0)) for level in real]
    for level, share in zip(real, shares, strict=True):
        level["m_probability"] = share / sum(shares)
