"""The notebook asks what docs/analysts.md asks, and keeps no answer of a release."""

from tests.support import notebook


def test_the_notebook_asks_ten_questions_of_the_page_word_for_word() -> None:
    asked = notebook.asked()
    assert len(asked) == len(set(asked)) == 10
    assert [sql for sql in asked if sql not in notebook.questions()] == []


def test_each_question_stands_above_its_answer_and_no_answer_is_kept() -> None:
    headings = [cell for cell in notebook.cells("markdown") if "".join(cell["source"]).startswith("## ")]
    assert len(headings) == 10
    assert all("".join(cell["source"]).endswith("?") or "?" in "".join(cell["source"]) for cell in headings)
    assert [cell["outputs"] or cell["execution_count"] for cell in notebook.cells("code") if cell["outputs"]] == []
