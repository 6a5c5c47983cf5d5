"""People in the rows of a feed: by which columns somebody is known within an agency and across agencies."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person in a row, so that people known to several agencies can be counted.

    Each field names columns of the feed. The `key` identifies the person within the agency; its last column is a
    pseudonym, whose kind names the sort of number. `numbers` are further pseudonyms that other feeds carry too.
    Names, date of birth and postcode are read from the delivery and compared only as encodings; `full_name` is for a
    feed with forenames and surname in one column. `age` is the age on the day of the row where no date of birth is
    delivered: somebody who comes again is as much older as days went by.
    """

    key: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    forename: str | None = None
    surname: str | None = None
    full_name: str | None = None
    born: str | None = None
    age: str | None = None
    sex: str | None = None
    postcode: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the feed has a name; people without one are linked by numbers only."""
        return self.surname is not None or self.full_name is not None

    @property
    def encoded(self) -> tuple[str, ...]:
        """The columns read from the delivery again and compared as encodings; none if the feed has no name."""
        told = (self.forename, self.surname, self.full_name, self.born, self.postcode) if self.is_named else ()
        return tuple(name for name in told if name is not None)
