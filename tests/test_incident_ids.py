"""Incident ids over nights, run as users run it: police come after the hospital, and everything is built again."""

from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.support.deliveries import rows_of, write_rows
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.events.zone import write_event_links
from vrp_pipeline.release.incident_changes import read_changes

pytestmark = [pytest.mark.xdist_group("incident ids"), pytest.mark.nightly]

FILES = sorted(path for path in FIXTURES.iterdir() if path.name.startswith(tuple(FEEDS)))
POLICE = [path for path in FILES if path.name.startswith("police__offences")]
# Thirteen weeks before the evening of the attendances the fixture has the same crimes at the same minute: beside them
# those of that evening are no better than chance.
THIRTEEN_WEEKS_BEFORE, ANOTHER_MORNING = "2023-12-10T22:15", "2023-12-06T10:15"


def incidents(product: Product) -> dict[str, str]:
    return dict(product.ask("select event_record_id, incident_id from bridge_incident_records"))


def links(lake: Lake) -> dict[str, bytes]:
    """The links and incidents; when the files were received, to the microsecond, is another in each lake."""
    return {path.name: path.read_bytes() for path in sorted(lake.event_links.glob("*.parquet"))}


def test_police_that_come_after_the_hospital_change_no_id_and_all_at_once_gives_the_same(tmp_path: Path) -> None:
    nights, at_once = Product(tmp_path / "nights"), Product(tmp_path / "at once")
    crimes = write_rows(
        tmp_path / "crimes.csv",
        [
            {name: text.replace(THIRTEEN_WEEKS_BEFORE, ANOTHER_MORNING) for name, text in row.items()}
            for row in rows_of("police__offences")
        ],
    )
    for product in (nights, at_once):
        product.call("vrp", "receive", *(path for path in FILES if path not in POLICE))
        if product is nights:
            product.call("vrp", "run")
            before = incidents(product)
        product.call("vrp", "receive", crimes)
        product.call("vrp", "run")
    after = incidents(nights)
    assert before.items() <= after.items()
    joined = [name for name, incident in after.items() if name.startswith("police") and incident in before]
    assert joined, "a crime that an incident of the first night turned out to be"
    assert read_changes(nights.lake).num_rows == 0
    assert incidents(at_once) == after
    assert links(at_once.lake) == links(nights.lake)

    # Whatever is derived can be deleted: the next run builds it again from landing with the same ids. Of that run the
    # step that links is enough here.
    held = links(nights.lake)
    for path in nights.lake.event_links.rglob("*.*"):
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_KEY_FILE", nights.environment["VRP_KEY_FILE"])
        write_event_links(nights.lake)
    assert links(nights.lake) == held
