"""How a Data Docs page is drawn: Great Expectations' renderer and templates, without what they load from elsewhere.

Its page names a dozen addresses on the internet: styles, scripts, a logo that counts visits. The templates in
`templates/` that have the names of its own (`page.j2`, `collapse.j2`) take their place and load nothing.
"""

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

# Its sentence takes the percentage from the rows that hold a value and calls them all rows.
BROKEN = "\n\n$unexpected_count unexpected, $unexpected_percent of those with a value; $element_count in all."


def drawn(result: "ExpectationSuiteValidationResult") -> str:
    """The page of a validation result as HTML.

    What is `told` in the meta of an expectation (heading to text) stands beside it in columns of its own.
    """
    document = ValidationResultsPageRenderer().render(result)
    for section in document.sections[1:]:
        _tell(
            section,
            [each for each in result.results if each.expectation_config.kwargs["column"] == section.section_name],
        )
    page: str = _view().render(document)
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


def _tell(section: Any, results: list[Any]) -> None:
    """Add to a section's table what is told of each of its results, and mark a section with a broken expectation.

    Great Expectations has a way of its own to add columns, but refuses every expectation that asks for it (1.24).
    """
    table = section.content_blocks[-1]
    table.header_row = [*table.header_row, *results[0].expectation_config.meta["told"]]
    for row, result in zip(table.table, results, strict=True):
        row.extend(escape(text) for text in result.expectation_config.meta["told"].values())
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
    """The text with the true denominators, and without a link to a page that is not built."""
    parameters = template.get("params") or {}
    if {"unexpected_percent", "element_count"} <= set(parameters):
        return {**template, "template": BROKEN}
    if "expectation_suite_name" in parameters:
        styles = template["styling"]["params"]
        kept = {name: style for name, style in styles.items() if name != "expectation_suite_name"}
        return {**template, "styling": {**template["styling"], "params": kept}}
    return template
