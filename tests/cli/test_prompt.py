"""The prompt of `vrp query` in a real terminal, driven by what a person types."""

import os
import pty
import select
import subprocess
from pathlib import Path

import pytest

from tests.support.marts import PROVENANCE, build, describe
from tests.support.product import Product
from vrp_pipeline.release.releases import make_release


def typed(product: Product, text: str, *words: str) -> str:
    """What a terminal shows when `text` is typed at the prompt of `vrp query`."""
    main, other = pty.openpty()
    with subprocess.Popen(
        ["vrp", "query", *words], env={**product.environment, "TERM": "dumb"}, stdin=other, stdout=other, stderr=other
    ) as process:
        os.close(other)
        shown = _until(main, b"query> ")
        os.write(main, text.encode())
        shown += _until(main, None)
        assert process.wait(60) == 0
    os.close(main)
    return shown.decode()


def _until(terminal: int, mark: bytes | None) -> bytes:
    """Read until `mark` is shown, or until the terminal closes."""
    shown = b""
    while (mark is None or mark not in shown) and select.select([terminal], [], [], 60)[0]:
        try:
            read = os.read(terminal, 4096)
        except OSError:
            break
        if not read:
            break
        shown += read
    return shown


@pytest.fixture
def product(tmp_path: Path) -> Product:
    product = Product(tmp_path)
    build(product.lake, 1, 2, 98_764)
    describe(product.lake)
    make_release(product.lake, PROVENANCE)
    return product


def test_a_question_over_two_lines_is_answered_and_an_error_ends_nothing(product: Product) -> None:
    shown = typed(product, "select total;\nselect sum(number)\nas total from fct_events;\n.quit\n")
    assert product.release.release_id in shown
    assert "Binder Error" in shown
    assert "98767" in shown


def test_tab_completes_the_name_of_a_table(product: Product) -> None:
    assert "98767" in typed(product, "select sum(number) from fct_ev\t;\n.quit\n")


def test_the_prompt_lists_tables_and_refuses_to_write(product: Product, tmp_path: Path) -> None:
    shown = typed(product, f".tables\ncopy fct_events to '{tmp_path}/out.csv';\n\x04")
    assert "Number of the event" in shown
    assert "COPY is not allowed" in shown
    assert not (tmp_path / "out.csv").exists()


def test_what_was_asked_is_written_to_no_file(product: Product, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        typed(product, "select 'someone in particular' as a;\n.quit\n")
    assert not list(home.rglob("*"))
    asked = b"someone in particular"
    assert not [path for path in product.root.rglob("*") if path.is_file() and asked in path.read_bytes()]


def test_without_a_terminal_the_tables_are_listed(product: Product) -> None:
    with product.start("vrp", "query") as process:
        assert "fct_events  (3 rows)" in process.communicate(timeout=60)[0]
