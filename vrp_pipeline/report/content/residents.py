"""Residents of the area of a figure: public numbers, by which rates are computed."""

from typing import NamedTuple


class Residents(NamedTuple):
    """How many people of the age group of a figure live in its area, and the population that says so, in words."""

    people: int
    population: str
