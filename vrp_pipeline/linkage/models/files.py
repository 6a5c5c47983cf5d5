"""The models in git: Splink settings as JSON in `models/`, one file a version, never changed once it is there."""

import json
from pathlib import Path
from typing import Any

from vrp_pipeline.lake.atomic import write_json

MODELS = Path(__file__).parent
# No level is impossible: an error that the training data never showed may still occur.
_LEAST_M = 1e-3


class NoModelError(RuntimeError):
    """The named model is not in `models/`."""


class ModelExistsError(RuntimeError):
    """A model of that name is in `models/` already."""


def load(name: str) -> dict[str, Any]:
    """The model of that name: Splink's settings, and under `training` what it was learnt from. Raises NoModelError."""
    path = MODELS / f"{name}.json"
    if not path.exists():
        raise NoModelError(
            f"there is no model {name} in linkage/models/. Learn one with: vrp train {name.partition('_')[0]}"
        )
    model: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return model


def settings_of(model: dict[str, Any]) -> dict[str, Any]:
    """A model as Splink takes it."""
    return {name: value for name, value in model.items() if name != "training"}


def must_be_new(name: str) -> Path:
    """Where a new model of that name goes. Raises ModelExistsError if there is one."""
    path = MODELS / f"{name}.json"
    if path.exists():
        raise ModelExistsError(f"the model {name} exists. A model is never changed: take the next number.")
    return path


def save(name: str, model: dict[str, Any], **training: Any) -> Path:
    """Keep a model with what it was learnt from. Raises ModelExistsError."""
    path = must_be_new(name)
    write_json(path, {**model, "training": training})
    return path


def kept(learnt: dict[str, Any]) -> dict[str, Any]:
    """What Splink learnt as it is kept: without its name of the moment, and with no level impossible."""
    for comparison in learnt["comparisons"]:
        _keep_possible(comparison["comparison_levels"])
    learnt.pop("linker_uid", None)
    return learnt


def _keep_possible(levels: list[dict[str, Any]]) -> None:
    """Give every level at least `_LEAST_M`, and make the shares of all levels add up to one again."""
    real = [level for level in levels if not level.get("is_null_level")]
    shares = [max(_LEAST_M, float(level.get("m_probability") or 0.0)) for level in real]
    for level, share in zip(real, shares, strict=True):
        level["m_probability"] = share / sum(shares)
