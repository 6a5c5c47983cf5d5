"""Place lists and slices: districts missing, coordinates in metres or exchanged, another vintage."""

import json
from random import Random

from tests.campaign.deliveries import Delivery
from tests.campaign.mutations.registry import NotApplicableError, mutation


# Which districts a list must hold is told by the list before: a first one may hold a part of the partnership, as the
# fixtures hold one district by design.
@mutation("csv", only_reference=True, after_a_whole_list=True)
def a_district_missing_from_a_list(delivery: Delivery, chance: Random) -> str:
    if not delivery.layout.slices:
        raise NotApplicableError
    place = delivery.column(delivery.layout.slices[0])
    gone = set(chance.sample(sorted({row[place] for row in delivery.rows()}), chance.choice((1, 1, 7))))
    delivery.parts[""] = [row for row in delivery.parts[""] if row[place] not in gone]
    return "a district of the partnership is missing from the list"


@mutation("geojson")
def coordinates_exchanged_or_in_metres(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("exchanged", "metres", "zero", "none", "open ring", "elsewhere"))

    def change(content: bytes) -> bytes:
        document = json.loads(content)
        for feature in document["features"]:
            ring = feature["geometry"]["coordinates"][0]
            match kind:
                case "exchanged":
                    ring[:] = [[y, x] for x, y in ring]
                case "metres":
                    ring[:] = [[442000 + x * 1000, 112000 + y * 1000] for x, y in ring]
                case "zero":
                    ring[:] = [[0, 0] for _ in ring]
                case "none":
                    feature["geometry"] = None
                case "open ring":
                    ring.pop()
                case _:
                    ring[:] = [[x + 30, y + 10] for x, y in ring]
        return json.dumps(document).encode()

    delivery.writing.content.append(change)
    return "its outlines lie outside the partnership or are none"


@mutation("csv", "geojson", only_reference=True)
def a_list_of_another_vintage(delivery: Delivery, chance: Random) -> str:
    """Headings of one year, codes of another form or place."""
    place = delivery.column(delivery.layout.key or "")
    wrong = chance.choice(("W019", "S010", "E020"))
    for row in delivery.rows():
        row[place] = wrong + str(row[place])[4:]
    return "its codes are of another list or country"


@mutation("csv", only_reference=True, after_a_whole_list=True)
def a_page_of_a_list_missing(delivery: Delivery, chance: Random) -> str:
    if len(delivery.parts[""]) < 40 or not delivery.layout.slices:
        raise NotApplicableError
    place = delivery.column(delivery.layout.slices[0])
    delivery.parts[""].sort(key=lambda row: str(row[place]))
    del delivery.parts[""][chance.choice((12, 20, 30)) :]
    return "a district of the partnership is missing from the list"
