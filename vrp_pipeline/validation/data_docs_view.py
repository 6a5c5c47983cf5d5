"""Rendering of a Data Docs page with Great Expectations' renderer, without external resources.

Great Expectations' own templates load styles, scripts and a visit-counting logo from a dozen internet addresses. The
templates in `templates/` with the same names (`page.j2`, `collapse.j2`) replace them and load nothing.
"""

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

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


@cache
def _view() -> Any:
    view = DefaultJinjaPageView()
    view.env.loader = ChoiceLoader([PackageLoader("vrp_pipeline.validation"), view.env.loader])
    written = view.render_string_template

    def corrected(template: Any) -> Any:
        return written(_corrected(template) if isinstance(template, dict) else template)

    view.env.filters["render_string_template"] = corrected
    return view


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
