"""Rendering of a Data Docs page with Great Expectations' renderer, without external resources.

Great Expectations' own page loads styles, scripts and a visit-counting logo from a dozen internet addresses, and its
collapsed blocks need a script. The templates in `templates/` take their place and load nothing; Great Expectations
renders everything within them.
"""

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import pass_context

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

TEMPLATES = Path(__file__).with_name("templates")
# Names that Great Expectations has no template of: its own are found before those of others.
PAGE, DISCLOSURE = "data_docs_page.html.j2", "disclosure"
# Great Expectations' own sentence gives the percentage of rows with a value but calls it a percentage of all rows.
BROKEN = "\n\n$unexpected_count unexpected, $unexpected_percent of those with a value; $element_count in all."


def drawn(result: "ExpectationSuiteValidationResult") -> str:
    """Return the page of a validation result as HTML.

    The `details` (heading to text) in the meta of each expectation become additional columns beside it.
    """
    document = ValidationResultsPageRenderer().render(result)
    for section in document.sections[1:]:
        _add_details(
            section,
            [each for each in result.results if each.expectation_config.kwargs["column"] == section.section_name],
        )
    page: str = _view().render(document)
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


def _add_details(section: Any, results: list[Any]) -> None:
    """Add the details of each result to a section's table, and mark a section with a failed expectation.

    Great Expectations can add columns itself, but rejects every expectation that asks for it (version 1.24).
    """
    table = section.content_blocks[-1]
    table.header_row = [*table.header_row, *results[0].expectation_config.meta["details"]]
    for row, result in zip(table.table, results, strict=True):
        row.extend(escape(text) for text in result.expectation_config.meta["details"].values())
    if not all(result.success for result in results):
        section.section_name += " ✗"


class DataDocsPageView(DefaultJinjaPageView):  # type: ignore[misc]
    """Great Expectations' view of a page with the templates of this package, and with its texts corrected."""

    def __init__(self) -> None:
        super().__init__(custom_views_directory=str(TEMPLATES))

    def render(self, document: Any, template: str | None = PAGE, **kwargs: Any) -> Any:
        """Render a document with the page of this package."""
        return super().render(document, template, **kwargs)

    def render_string_template(self, template: Any) -> Any:
        """Render a text with its parameters; see `_corrected`."""
        return super().render_string_template(_corrected(template) if isinstance(template, dict) else template)

    @pass_context
    def render_content_block(self, context: Any, content_block: Any, *args: Any, **kwargs: Any) -> Any:
        """Render a block; a collapsed one by the browser's own disclosure element."""
        if isinstance(content_block, dict) and content_block.get("content_block_type") == "collapse":
            content_block = {**content_block, "content_block_type": DISCLOSURE}
        return super().render_content_block(context, content_block, *args, **kwargs)


@cache
def _view() -> DataDocsPageView:
    return DataDocsPageView()


def _corrected(template: dict[str, Any]) -> dict[str, Any]:
    """Return the text with correct denominators and without a link to a page that is not built."""
    parameters = template.get("params") or {}
    if {"unexpected_percent", "element_count"} <= set(parameters):
        return {**template, "template": BROKEN}
    if "expectation_suite_name" in parameters:
        styles = template["styling"]["params"]
        kept = {name: style for name, style in styles.items() if name != "expectation_suite_name"}
        return {**template, "styling": {**template["styling"], "params": kept}}
    return template
