"""Dagster's web interface as a person drives it, in a Chromium that is installed: nothing is downloaded."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE_MS = 120_000


@contextmanager
def page_of(url: str) -> Iterator[Any]:
    """A page of the web interface at `url`; skips where Playwright or Chromium is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        # Chromium has no sandbox for root, and the pages are our own.
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900}, base_url=url)
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def launch(page: Any, path: str, months: str) -> None:
    """Press *Materialize* on a page, choose months (`All`, or a range as the box takes it) and launch."""
    page.goto(path)
    page.get_by_role("button", name="Materialize").first.click()
    if months == "All":
        page.get_by_role("button", name="All", exact=True).click()
    else:
        box = page.get_by_placeholder("ex: 2022-04")
        box.fill(months)
        box.press("Tab")
    page.get_by_role("button", name=re.compile(r"^Launch (backfill|1 run)$")).click()
    page.get_by_role("button", name=re.compile(r"^Launch")).wait_for(state="detached")


def keep_picture(page: Any, name: str) -> None:
    """Keep a picture of the page for docs/images if VRP_SCREENSHOTS names a folder."""
    if folder := os.environ.get("VRP_SCREENSHOTS"):
        page.wait_for_timeout(2000)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
