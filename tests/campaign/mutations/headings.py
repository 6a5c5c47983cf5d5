"""Headings: renamed, exchanged, missing, more, doubled, in another order or case."""

from random import Random

from tests.campaign.deliveries import Delivery
from tests.campaign.mutations.registry import TABLE_FORMS, mutation


@mutation()
def a_heading_renamed(delivery: Delivery, chance: Random) -> str:
    place = chance.randrange(len(delivery.headings))
    name = delivery.headings[place]
    delivery.headings[place] = chance.choice(
        (name + "_2", name[:-1], name + " ", name.upper(), name.lower(), name.replace("_", " "), "X" + name)
    )
    return ""


@mutation(TABLE_FORMS)
def a_heading_blank(delivery: Delivery, chance: Random) -> str:
    delivery.headings[chance.randrange(len(delivery.headings))] = chance.choice(("", " ", "Unnamed: 3"))
    return ""


@mutation(TABLE_FORMS)
def two_headings_exchanged(delivery: Delivery, chance: Random) -> str:
    one, other = chance.sample(range(len(delivery.headings)), 2)
    names = delivery.headings
    names[one], names[other] = names[other], names[one]
    return ""


@mutation()
def a_column_missing(delivery: Delivery, chance: Random) -> str:
    place = chance.randrange(len(delivery.headings))
    del delivery.headings[place]
    for row in delivery.rows():
        del row[place]
    return ""


@mutation()
def a_column_more(delivery: Delivery, chance: Random) -> str:
    place = chance.randrange(len(delivery.headings) + 1)
    prefix = delivery.headings[-1].rpartition("/")[0]
    delivery.headings.insert(place, f"{prefix}/Extra" if prefix else "extra")
    for number, row in enumerate(delivery.rows()):
        row.insert(place, f"x{number}")
    return ""


@mutation(TABLE_FORMS)
def a_column_doubled(delivery: Delivery, chance: Random) -> str:
    """The same heading twice, sometimes with other cells below the second."""
    wanted = [heading for heading in delivery.layout.judged if heading in delivery.headings]
    place = delivery.column(chance.choice(wanted))
    delivery.headings.append(delivery.headings[place])
    is_other = chance.random() < 0.6
    for row in delivery.rows():
        row.append("" if is_other else row[place])
    return ""


@mutation()
def columns_in_another_order(delivery: Delivery, chance: Random) -> str:
    order = list(range(len(delivery.headings)))
    chance.shuffle(order)
    delivery.headings[:] = [delivery.headings[place] for place in order]
    for row in delivery.rows():
        row[:] = [row[place] for place in order]
    return ""


@mutation(TABLE_FORMS)
def no_heading_line(delivery: Delivery, chance: Random) -> str:
    delivery.writing.heading_line = False
    return ""


@mutation()
def all_headings_in_another_spelling(delivery: Delivery, chance: Random) -> str:
    how = chance.choice((str.upper, str.lower, str.title))
    delivery.headings[:] = [how(name) for name in delivery.headings]
    return ""
