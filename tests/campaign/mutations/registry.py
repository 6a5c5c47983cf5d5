"""Which changes there are, by name, and to which forms of delivery each applies."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.campaign.deliveries import Delivery
from tests.campaign.layouts import Layout

TEXT_FORMS = frozenset(["csv", "zip"])
ALL_FORMS = frozenset(["csv", "zip", "jsonl", "json", "geojson", "xml", "zipxml", "xlsx"])
TABLE_FORMS = frozenset(["csv", "zip", "xlsx"])
ARCHIVES = frozenset(["zip", "zipxml"])

# Changes the delivery; returns why nothing of it may be published, or "" where the oracle's reading decides.
Mutation = Callable[[Delivery, Random], str]


class NotApplicableError(Exception):
    """The delivery has nothing that could be changed this way."""


@dataclass(frozen=True)
class Registered:
    """A change under its name."""

    name: str
    forms: frozenset[str]
    change: Mutation
    only_reference: bool = False
    after_a_whole_list: bool = False


MUTATIONS: dict[str, Registered] = {}


def mutation(
    *forms: str | frozenset[str], only_reference: bool = False, after_a_whole_list: bool = False
) -> Callable[[Mutation], Mutation]:
    """Register a change for forms of delivery, by default for all."""
    wanted = frozenset().union(*(form if isinstance(form, frozenset) else {form} for form in forms)) or ALL_FORMS

    def register(change: Mutation) -> Mutation:
        name = change.__name__
        MUTATIONS[name] = Registered(name, wanted, change, only_reference, after_a_whole_list)
        return change

    return register


def mutations_of(layout: Layout) -> list[Registered]:
    """The changes that fit a feed, in order of their names."""
    is_reference = layout.feed.startswith("reference__")
    found = (MUTATIONS[name] for name in sorted(MUTATIONS))
    return [one for one in found if layout.form in one.forms and (is_reference or not one.only_reference)]
