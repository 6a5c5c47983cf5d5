"""Structure of JSON and XML documents."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from tests.campaign.deliveries import Delivery
from tests.campaign.mutations.registry import NotApplicableError, mutation

XML = ("xml", "zipxml")


def _replace(delivery: Delivery, change: Callable[[str], str]) -> str:
    delivery.writing.content.append(lambda content: change(content.decode("utf-8")).encode("utf-8"))
    return ""


def _once(text: str, pattern: str, replacement: str, chance: Random) -> str:
    """Replace one of the places where the pattern stands, taken by chance."""
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + match.expand(replacement) + text[match.end() :]


@mutation("jsonl", "json", "geojson")
def a_key_with_two_answers(delivery: Delivery, chance: Random) -> str:
    name = chance.choice(list(delivery.layout.judged)).rsplit(".", 1)[-1]
    other = chance.choice(('"zzz"', "null", '"2024-01-01"', "7"))
    return _replace(
        delivery, lambda text: _once(text, rf'("{name}": ?)([^,}}\n\[{{]+)', rf"\g<1>{other}, \1\2", chance)
    )


@mutation("jsonl", "json", "geojson")
def values_that_are_no_json(delivery: Delivery, chance: Random) -> str:
    value = chance.choice(("NaN", "Infinity", "-Infinity", "undefined", "None", "'x'", "1e999", "01", "True"))
    return _replace(
        delivery, lambda text: _once(text, r'(: ?)("[^"]*"|[\d.]+|true|false|null)', rf"\g<1>{value}", chance)
    )


@mutation("json", "geojson")
def records_moved(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("list", "nested", "object", "second list", "null", "lines", "not all"))
    name = "features" if delivery.layout.form == "geojson" else delivery.layout.record

    def change(text: str) -> str:
        document: Any = json.loads(text)
        records = document[name]
        match kind:
            case "list":
                document = records
            case "nested":
                document = {"data": document}
            case "object":
                document[name] = {str(number): record for number, record in enumerate(records)}
            case "second list":
                return text.rstrip().removesuffix("}") + f', "{name}": {json.dumps(records[:3])}}}'
            case "null":
                document[name] = [*records[:-2], None, "text"]
            case "lines":
                return "\n".join(json.dumps(record) for record in records)
            case _:
                document |= {"total": len(records) + 10, "next": "page=2"}
        return json.dumps(document)

    return _replace(delivery, change)


@mutation("jsonl")
def lines_of_another_structure(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("two on a line", "list", "comma", "pretty", "one list", "text"))

    def change(text: str) -> str:
        lines = text.rstrip("\n").split("\n")
        number = chance.randrange(len(lines) - 1)
        match kind:
            case "two on a line":
                lines[number] += lines.pop(number + 1)
            case "list":
                lines[number] = f"[{lines[number]}]"
            case "comma":
                lines[number] += ","
            case "pretty":
                lines[number] = json.dumps(json.loads(lines[number]), indent=1)
            case "one list":
                return "[" + ",".join(lines) + "]"
            case _:
                lines.insert(number, '"a text"')
        return "\n".join(lines) + "\n"

    return _replace(delivery, change)


@mutation(*XML)
def namespaces_comments_and_sections(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(
        ("namespace", "prefix", "comment", "cdata", "entity", "instruction", "comment within", "attribute", "doctype")
    )

    def change(text: str) -> str:
        root = re.search(r"<([A-Z]\w+)>", text)
        assert root is not None
        match kind:
            case "namespace":
                return text.replace(f"<{root[1]}>", f'<{root[1]} xmlns="urn:example:return">', 1)
            case "prefix":
                body = re.sub(r"<(/?)([A-Z])", r"<\1r:\2", text)
                return body.replace(f"<r:{root[1]}>", f'<r:{root[1]} xmlns:r="urn:example:return">', 1)
            case "comment":
                return _once(text, r"\n(<[A-Z])", r"\n<!-- checked -->\1", chance)
            case "cdata":
                return _once(text, r">([^<>\n]+)</", r"><![CDATA[\1]]></", chance)
            case "entity":
                return _once(text, r">(\w)([^<>\n]+)</", r">&#x20;\1\2</", chance)
            case "instruction":
                return _once(text, r"\n(<[A-Z])", r"\n<?page 2?>\1", chance)
            case "comment within":
                return _once(text, r">(\w)([^<>\n]+)</", r">\1<!-- x -->\2</", chance)
            case "attribute":
                return _once(text, r"<([A-Z]\w+)>", r'<\1 id="7">', chance)
            case _:
                return text.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1)

    return _replace(delivery, change)


@mutation(*XML)
def elements_doubled_dropped_or_nested(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("double", "other answer", "drop", "nest", "empty", "child twice", "rename", "self closing"))
    leaf = chance.choice(list(delivery.layout.judged)).rsplit("/", 1)[-1]
    child = delivery.layout.record.split("/")[2]

    def change(text: str) -> str:
        whole = rf"<{leaf}>([^<]*)</{leaf}>"
        match kind:
            case "double":
                return _once(text, whole, r"\g<0>\g<0>", chance)
            case "other answer":
                return _once(text, whole, rf"\g<0><{leaf}>zz\1</{leaf}>", chance)
            case "drop":
                return _once(text, whole, "", chance)
            case "nest":
                return _once(text, whole, rf"<{leaf}><Value>\1</Value></{leaf}>", chance)
            case "empty":
                return _once(text, whole, f"<{leaf}></{leaf}>", chance)
            case "self closing":
                return _once(text, whole, f"<{leaf}/>", chance)
            case "child twice":
                return _once(text, rf"<{child}>(?:.|\n)*?</{child}>", r"\g<0>\n\g<0>", chance)
            case _:
                return text.replace(f"<{leaf}>", f"<{leaf}X>").replace(f"</{leaf}>", f"</{leaf}X>")

    return _replace(delivery, change)


@mutation("xml")
def another_header(delivery: Delivery, chance: Random) -> str:
    """The return of another year or collection; rows of a year that its header does not name."""
    wrong = chance.choice(("2019", "2030", "24", "", "2023"))
    _replace(delivery, lambda text: text.replace("<Year>2024</Year>", f"<Year>{wrong}</Year>"))
    return "its header names another year than its rows" if wrong != "24" else ""


@mutation("json", "geojson", "jsonl")
def deep_or_wide(delivery: Delivery, chance: Random) -> str:
    if chance.random() < 0.5:
        return _replace(delivery, lambda text: _once(text, r': ?"[^"]*"', ": " + "[" * 20000 + "]" * 20000, chance))
    if delivery.layout.form == "geojson":
        raise NotApplicableError
    return _replace(delivery, lambda text: _once(text, r': ?"[^"]*"', ': "' + "x" * 100000 + '"', chance))
