"""The changes: each takes a delivery and a seeded source of chance, and changes the delivery in place."""

from tests.campaign.mutations import bytes_and_lines, cells, containers, documents, headings, places
from tests.campaign.mutations.registry import MUTATIONS, NotApplicableError, mutations_of

__all__ = [
    "MUTATIONS",
    "NotApplicableError",
    "bytes_and_lines",
    "cells",
    "containers",
    "documents",
    "headings",
    "mutations_of",
    "places",
]
