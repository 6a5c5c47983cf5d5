"""Areas are recognised by their names however these are written."""

from dataclasses import replace

import pytest

from tests.support.commentary import check
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading

pytestmark = pytest.mark.xdist_group("commentary")


def test_a_district_is_named_with_either_apostrophe(reading: ProtectedReading) -> None:
    havant = next(figure for figure in reading.figures if figure.area_name == "Havant")
    figures = [replace(each, area_name="King’s-Moor") if each == havant else each for each in reading.figures]
    with pytest.raises(CommentaryError, match="No clear change"):
        check("Violence fell in King's-Moor.", replace(reading, figures=tuple(figures)))
