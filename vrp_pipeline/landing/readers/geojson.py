"""GeoJSON files: the properties of each feature are columns, its geometry is kept as JSON text."""

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.landing.readers.table import DeliveredTable, numbered
from vrp_pipeline.landing.readers.text import require_match
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.second_count.json_records import require_all

FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')


def features_of(path: Path) -> list[dict[str, Any]]:
    """Return the features of a FeatureCollection. Raises RefusedError if the file is not one or has no features."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RefusedError(path, "the file is not whole JSON text.", "Download it again.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features or not all(_is_feature(feature) for feature in features):
        raise RefusedError(path, "the file is not a FeatureCollection with features.", "Export it as GeoJSON.")
    if _is_cut(content) or _is_cut(content.get("properties")):
        raise RefusedError(
            path,
            "the features are not the whole list: the service stopped at its page limit (exceededTransferLimit).",
            "Download all pages, or the whole data set as one file.",
        )
    require_all(path, len(FEATURE.findall(path.read_bytes())), len(features), "features")
    return features


def _is_cut(properties: Any) -> bool:
    return isinstance(properties, dict) and bool(properties.get("exceededTransferLimit"))


def headings_of(features: list[dict[str, Any]]) -> list[str]:
    """Return the property names of the first feature, followed by `geometry`."""
    return [*features[0]["properties"], "geometry"]


def read(feed: Feed, path: Path) -> DeliveredTable:
    """Return every feature as a row. Raises RefusedError if the properties do not match the contract."""
    features = features_of(path)
    match = require_match(feed, path, headings_of(features))
    cells = {
        name: [
            json.dumps(feature["geometry"], separators=(",", ":"))
            if heading == "geometry"
            else _as_text(feature["properties"].get(heading))
            for feature in features
        ]
        for heading, name in match.column_of.items()
    }
    return numbered(pa.table({name: pa.array(texts, pa.string()) for name, texts in cells.items()}), [])


def _is_feature(feature: Any) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("properties"), dict) and "geometry" in feature


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)
