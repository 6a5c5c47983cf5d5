"""Names of districts on a map: in or beside their district, on no number and no other name."""

import shapely

from vrp_pipeline.report.page.map_labels import LETTER, LINE, Label, in_lines, labels


def box_of(label: Label, size: float) -> shapely.Geometry:
    across, up = LETTER * size * max(map(len, label.lines)) / 2, LINE * size * len(label.lines) / 2
    return shapely.box(label.x - across, label.y - up, label.x + across, label.y + up)


def test_a_name_stands_in_its_district_and_on_no_hexagon() -> None:
    district, hexagons = shapely.box(0, 0, 100, 100), [shapely.box(20, 20, 80, 80)]
    (label,) = labels(["Hart"], [district], hexagons, 8.0)
    assert district.contains(box_of(label, 8.0))
    assert box_of(label, 8.0).intersection(hexagons[0]).area == 0


def test_a_name_without_room_stands_beside_its_district_and_in_no_other() -> None:
    # Gosport is full of hexagons, and Havant lies to the north of it; the sea is to the south.
    districts = [shapely.box(0, 0, 40, 20), shapely.box(-100, 20, 100, 120)]
    (gosport, havant) = labels(["Gosport", "Havant"], districts, [districts[0]], 8.0)
    box = box_of(gosport, 8.0)
    assert box.intersection(shapely.union_all(districts)).area < 0.01 * box.area
    assert box.distance(districts[0]) < 8
    assert districts[1].contains(box_of(havant, 8.0))


def test_two_names_never_cover_each_other() -> None:
    districts = [shapely.box(0, 0, 30, 30), shapely.box(30, 0, 60, 30), shapely.box(0, 30, 60, 60)]
    boxes = [box_of(each, 8.0) for each in labels(["Portsmouth", "Eastleigh", "Winchester"], districts, districts, 8.0)]
    assert all(one.intersection(other).area == 0 for one in boxes for other in boxes if one is not other)


def test_a_long_name_is_broken_where_its_lines_are_shortest() -> None:
    assert in_lines("Basingstoke and Deane") == ("Basingstoke", "and Deane")
    assert in_lines("Isle of Wight") == ("Isle of", "Wight")
    assert in_lines("Southampton") == ("Southampton",)
    assert in_lines("Hart") == ("Hart",)
