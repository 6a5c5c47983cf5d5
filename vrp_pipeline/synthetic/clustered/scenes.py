"""Scenes: one row per incident of the clustered world, before its victims are known.

Each law (`night_life`, `households`, `schools`, `streets`) returns its scenes; `harms` makes victims of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

KINDS = ("night life", "brawl", "home", "school", "street", "elsewhere", "other crime")
NIGHT, BRAWL, HOME, SCHOOL, STREET, ELSEWHERE, OTHER = range(len(KINDS))
NOBODY = -1


@dataclass(frozen=True)
class Scenes:
    """Arrays over incidents. `kind` is an index into KINDS, `minute` since patterns.EPOCH, coordinates in metres.

    `size` is the number of people harmed; `victim` the person (index) where the law decides who, else NOBODY;
    `offence` an index into OFFENCES, or NOBODY where the kind decides. `is_known` says that police learn of it;
    `is_treated` that everyone harmed is treated in hospital, `is_helped` that an ambulance helps without one.
    """

    kind: np.ndarray
    minute: np.ndarray
    place: np.ndarray
    easting: np.ndarray
    northing: np.ndarray
    size: np.ndarray
    victim: np.ndarray
    offence: np.ndarray
    is_known: np.ndarray
    is_treated: np.ndarray
    is_helped: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)


def scenes(
    kind: int, minute: np.ndarray, place: np.ndarray, point: tuple[np.ndarray, np.ndarray], *,
    size: np.ndarray | int = 1, victim: np.ndarray | int = NOBODY, offence: np.ndarray | int = NOBODY,
    is_known: np.ndarray | bool = True, is_treated: np.ndarray | bool = False, is_helped: np.ndarray | bool = False,
) -> Scenes:  # fmt: skip
    """Return scenes of one kind; single values hold for all of them."""
    count = len(minute)
    return Scenes(
        np.full(count, kind), minute, place, *point,
        *(np.broadcast_to(np.asarray(each), count).copy() for each in
          (size, victim, offence, is_known, is_treated, is_helped)),
    )  # fmt: skip


def together(parts: Sequence[Scenes]) -> Scenes:
    """Concatenate scenes."""
    return Scenes(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Scenes)))


def awareness(
    rng: np.random.Generator, count: int, known: float, treated: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw who learns of each scene: police alone or with others, else a hospital, else an ambulance alone.

    `known` and `treated` are shares of all scenes; a scene that nobody learns of is not simulated.
    """
    draw = rng.random(count)
    return draw < known, (draw >= known) & (draw < known + treated), draw >= known + treated
