"""The templates of the publication and how they write numbers, days and states: one environment for all of them."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.tables.metrics_files import cell


@cache
def environment() -> Environment:
    """Return the environment of `templates/`; what a template names and is not given is an error."""
    found = Environment(
        loader=PackageLoader("vrp_pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        count=words.count,
        money=words.money,
        shown=words.shown,
        percent=words.percent,
        day=words.day,
        moment=words.moment,
        month=words.month,
        months=words.months,
        state=words.state,
        sentence_case=words.sentence_case,
        feed_title=sentences.feed_title,
        cell=cell,
    )
    return found
