"""What describes the tables of a publication to programs: CSVW, a data package, and DCAT with schema.org.

All three say the same from one description: CSV on the Web [CSVW 2015], [Data package 2024], [DCAT 2024].
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vrp_pipeline.feeds import partnership
from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.report import words
from vrp_pipeline.report.approval.programme import Programme
from vrp_pipeline.report.tables.published_tables import PublishedTable

CSVW, PACKAGE, CATALOGUE = "csv-metadata.json", "datapackage.json", "catalogue.jsonld"
_LICENCES = {
    "Open Government Licence v3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "html": "text/html",
    "json": "application/json",
    "geojson": "application/geo+json",
}


@dataclass(frozen=True)
class About:
    """What identifies a version: its year, number, as-of date (ISO) and the programme it is published under."""

    financial_year: str
    version: int
    as_of: str
    is_simulated: bool
    programme: Programme

    @property
    def title(self) -> str:
        """The title of the version."""
        simulated = "Simulated data: " if self.is_simulated else ""
        return f"{simulated}Annual report {self.financial_year}, version {self.version}"

    @property
    def address(self) -> str:
        """The address of the version, which never changes."""
        return f"{self.programme.address}/{self.financial_year}/v{self.version}"

    @property
    def licence_address(self) -> str:
        """The address of the licence; empty where it is not known."""
        return _LICENCES.get(self.programme.licence, "")

    @property
    def citation(self) -> str:
        """How the version is cited."""
        as_of = words.day(self.as_of)
        return f"{partnership.NAME}: {self.title}. Records as they stood on {as_of}. {self.address}"


def description_files(about: About, tables: Iterable[PublishedTable], written: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that describe the tables and the files written so far, by name."""
    tables = tuple(tables)
    made = {CSVW: _csvw(about, tables), PACKAGE: _package(about, tables, written)}
    made[CATALOGUE] = _catalogue(about, tables, written)
    return {name: to_json(content).encode("utf-8") for name, content in made.items()}


def _csvw(about: About, tables: tuple[PublishedTable, ...]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": about.title,
        "dc:license": {"@id": about.licence_address or about.programme.licence},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tables": [
            {
                "url": f"{table.name}.csv",
                "dc:title": table.title,
                "dc:description": table.meaning,
                "tableSchema": {
                    "primaryKey": list(table.key),
                    "columns": [
                        {
                            "name": column.name,
                            "titles": column.name,
                            "datatype": column.type,
                            "dc:description": column.meaning,
                            "required": column.name in table.key,
                        }
                        for column in table.columns
                    ],
                },
            }
            for table in tables
        ],
    }


def _package(about: About, tables: tuple[PublishedTable, ...], written: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": f"annual-report-{about.financial_year}-v{about.version}",
        "title": about.title,
        "version": f"{about.version}.0.0",
        "homepage": about.address,
        "licenses": [{"title": about.programme.licence, "path": about.licence_address}],
        "contributors": [{"title": partnership.NAME, "role": "publisher"}],
        "resources": [
            {
                "name": table.name.replace("_", "-"),
                "path": f"{table.name}.csv",
                "profile": "tabular-data-resource",
                "title": table.title,
                "description": table.meaning,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(written[f"{table.name}.csv"]),
                "hash": f"sha256:{hashlib.sha256(written[f'{table.name}.csv']).hexdigest()}",
                "dialect": {"lineTerminator": "\r\n"},
                "schema": {
                    "fields": [
                        {"name": column.name, "type": column.type, "description": column.meaning}
                        for column in table.columns
                    ],
                    "primaryKey": list(table.key),
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }


def _catalogue(about: About, tables: tuple[PublishedTable, ...], written: Mapping[str, bytes]) -> dict[str, Any]:
    licence = about.licence_address or about.programme.licence
    first, last = about.financial_year[:4], str(int(about.financial_year[:4]) + 1)
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "schema": "https://schema.org/",
        },
        "@id": about.address,
        "@type": ["dcat:Dataset", "schema:Dataset"],
        "dct:title": about.title,
        "schema:name": about.title,
        "schema:description": " ".join(table.meaning for table in tables[:1]) or about.title,
        "schema:version": str(about.version),
        "schema:citation": about.citation,
        "schema:temporalCoverage": f"{first}-04-01/{last}-03-31",
        "schema:isAccessibleForFree": True,
        "dct:license": {"@id": licence},
        "schema:license": {"@id": licence},
        "dct:publisher": {"@type": "schema:Organization", "schema:name": partnership.NAME},
        "dcat:contactPoint": about.programme.contact,
        "schema:variableMeasured": sorted({column.name for table in tables for column in table.columns}),
        "dcat:distribution": [
            {
                "@id": f"{about.address}/{name}",
                "@type": ["dcat:Distribution", "schema:DataDownload"],
                "dcat:downloadURL": {"@id": f"{about.address}/{name}"},
                "schema:contentUrl": {"@id": f"{about.address}/{name}"},
                "dcat:mediaType": _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
                "dcat:byteSize": len(content),
                "schema:sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in sorted(written.items())
        ],
    }
