"""Files that nothing has read are searched for a number where agencies drop them; packed ones are counted."""

import zipfile
from pathlib import Path

import pytest

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.raw_search import files_with

NUMBER = "9990000018"


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_the_inbox_of_the_settings_is_searched_and_its_packed_files_are_said_not_to_be(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_elsewhere: bool
) -> None:
    inbox = tmp_path / "sftp" if is_elsewhere else lake.inbox
    if is_elsewhere:
        monkeypatch.setenv("VRP_INBOX", str(inbox))
    (inbox / "hospital").mkdir(parents=True)
    (inbox / "hospital" / "may.csv").write_text("nhs\n999 000 0018\n")
    with zipfile.ZipFile(inbox / "june.zip", "w") as archive:
        archive.writestr("june.csv", NUMBER)
    found = files_with(lake, NUMBER)
    assert found.inbox == (inbox / "hospital" / "may.csv",)
    assert (found.refused, found.not_searched) == ((), 1)
