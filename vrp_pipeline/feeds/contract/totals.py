"""Totals of a list, by which an edition of reference data is compared with the editions before."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The figure `column` of each area (`of`), compared with earlier editions of the list over the same areas.

    Of a long table only rows with the values `where` count and, with `newest_of`, of its newest year. The sum may be
    from `least` to `most` of what it was: the residents of English districts changed by between -10 % and +22 % in the
    ten years between two censuses [K], so that a unit, a sex or areas left out lie beyond. `parts` are the columns
    (ages) that the figure is made of; the share of each may rise or fall by the factor `most_of_part`. Neighbouring
    ages differ by at most 1.31 in Hampshire in mid-2020 (73 and 74), which moves by one age a year, and those aged 90
    and over are 3.9 times those aged 89.
    """

    column: str
    of: str
    where: Mapping[str, str] = field(default_factory=dict)
    newest_of: str | None = None
    parts: tuple[str, ...] = ()
    least: float = 0.75
    most: float = 1.3
    most_of_part: float = 1.6

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.column, self.of, *self.where, *self.parts, *((self.newest_of,) if self.newest_of else ()))
