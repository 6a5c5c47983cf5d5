"""Cells: types, dates, numbers of people, blanks, errors; and rows of them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.campaign.deliveries import CellError, Delivery, Formula
from tests.campaign.mutations.registry import TABLE_FORMS, NotApplicableError, mutation

NBSP = "\u00a0"


def _change(
    delivery: Delivery, chance: Random, headings: list[str], make: Callable[[Any], Any], share: float | None = None
) -> str:
    """Change the cells of one of the headings, in all rows or in some."""
    present = [heading for heading in headings if heading in delivery.headings]
    if not present:
        raise NotApplicableError
    place = delivery.column(chance.choice(present))
    wanted = share if share is not None else chance.choice((0.05, 0.3, 1.0))
    touched = False
    for row in delivery.rows():
        if row[place] not in (None, "") and chance.random() < wanted:
            row[place] = make(row[place])
            touched = True
    if not touched:
        raise NotApplicableError
    return ""


def _of_kind(delivery: Delivery, *kinds: str) -> list[str]:
    return [heading for heading, (_, kind) in delivery.layout.judged.items() if kind in kinds]


def _dates(delivery: Delivery) -> list[str]:
    month = [delivery.layout.month] if delivery.layout.month else []
    return [*month, *month, *_of_kind(delivery, "date", "datetime")]


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    text = str(value).replace("T", " ")[:19]
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise NotApplicableError


@mutation()
def dates_written_otherwise(delivery: Delivery, chance: Random) -> str:
    form = chance.choice(
        ("%d/%m/%Y", "%m/%d/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%y", "%d/%m/%y", "%Y%m%d",
         "%Y/%m/%d", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    )  # fmt: skip
    return _change(delivery, chance, _dates(delivery), lambda value: _moment(value).strftime(form))


@mutation()
def day_and_month_exchanged_in_some_rows(delivery: Delivery, chance: Random) -> str:
    def make(value: Any) -> Any:
        moment = _moment(value)
        if moment.day > 12:
            return value
        return moment.replace(month=moment.day, day=moment.month).strftime("%Y-%m-%d %H:%M:%S")

    return _change(delivery, chance, _dates(delivery), make)


@mutation()
def a_zone_or_a_fraction_behind_times(delivery: Delivery, chance: Random) -> str:
    tail = chance.choice(
        ("Z", "+00:00", "+01:00", "-05:00", ".123", ".1230000", ".9999999", ",5", ".000Z", " UTC", "[Europe/London]")
    )
    headings = (
        _of_kind(delivery, "datetime")
        + [name for name in (delivery.layout.month,) if name]
        + _of_kind(delivery, "time")
    )
    headings = [name for name in headings if name in delivery.headings]

    def make(value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
            return value + tail
        return _moment(value).strftime("%Y-%m-%d %H:%M:%S") + tail

    return _change(delivery, chance, headings, make)


@mutation()
def dates_of_another_year_or_month(delivery: Delivery, chance: Random) -> str:
    days = chance.choice((365, -365, 3650, -3650, 31, -31, 36500, -36500, 60))

    def make(value: Any) -> Any:
        moved = _moment(value) + timedelta(days=days)
        return moved if isinstance(value, datetime) else moved.strftime("%Y-%m-%d")

    return _change(delivery, chance, _dates(delivery), make)


@mutation()
def dates_as_numbers_of_a_spreadsheet(delivery: Delivery, chance: Random) -> str:
    is_1904 = chance.random() < 0.4
    # Days from 1904 in a file that cannot say so are taken for dates four years before by everybody.
    first = datetime(1904, 1, 1) if is_1904 and delivery.layout.form == "xlsx" else datetime(1899, 12, 30)
    delivery.writing.date_1904 = is_1904

    def make(value: Any) -> Any:
        number = (_moment(value) - first) / timedelta(days=1)
        whole = int(number) if number.is_integer() else round(number, 8)
        return whole if delivery.layout.form in ("xlsx", "jsonl", "json") else str(whole)

    return _change(delivery, chance, _dates(delivery), make)


@mutation()
def dates_that_do_not_exist(delivery: Delivery, chance: Random) -> str:
    text = chance.choice(
        (
            "2024-02-30",
            "00/00/0000",
            "1900-01-00",
            "31/04/2024",
            "2024-13-01",
            "unknown",
            "0000-00-00",
            "9999-12-31",
            "1900-01-01",
            "2024-03-10 24:00:00",
            "2024-03-10 25:61",
        )
    )
    return _change(delivery, chance, _dates(delivery), lambda _: text)


@mutation()
def numbers_written_as_text(delivery: Delivery, chance: Random) -> str:
    form = chance.choice(
        (
            "{}.0",
            "{}.00",
            " {} ",
            '="{}"',
            "'{}",
            f"{{}}{NBSP}",
            "{:,}",
            "+{}",
            "0{}",
            "{} yrs",
            "£{}",
            "{}e0",
            "{}-",
            "½{}",
        )
    )

    def make(value: Any) -> Any:
        text = str(value)
        if "," in form:
            return f"{int(float(text)) * 1000:,}" if re.fullmatch(r"\d+(\.\d+)?", text) else text
        return form.format(text)

    return _change(delivery, chance, _of_kind(delivery, "integer", "square", "decimal", "digits"), make)


@mutation()
def text_written_as_numbers(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("scientific", "float", "no zeros", "number"))

    def make(value: Any) -> Any:
        text = str(value)
        if not re.fullmatch(r"\d+", text):
            raise NotApplicableError
        match kind:
            case "scientific":
                return f"{float(text):.5E}"
            case "float":
                return text + ".0"
            case "no zeros":
                return text.lstrip("0")
            case _:
                return int(text) if delivery.layout.form not in ("csv", "zip", "xml", "zipxml") else text.lstrip("0")

    key = [delivery.layout.key] if delivery.layout.key else []
    return _change(delivery, chance, [*key, *_of_kind(delivery, "offence", "digits", "text")], make)


@mutation()
def blanks_around_or_within_cells(delivery: Delivery, chance: Random) -> str:
    before, after = chance.choice(
        (
            ("", " "),
            (" ", ""),
            ("", NBSP),
            ("\t", ""),
            ("", "\u200b"),
            ("\ufeff", ""),
            ("", "\n"),
            ("\r\n", ""),
            ("", "\u2028x"),
        )
    )
    headings = [*delivery.layout.judged, *([delivery.layout.key] if delivery.layout.key else [])]
    return _change(delivery, chance, headings, lambda value: f"{before}{value}{after}")


@mutation()
def cells_that_show_errors(delivery: Delivery, chance: Random) -> str:
    error = chance.choice(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"))
    cell = CellError(error) if delivery.layout.form == "xlsx" else error
    return _change(delivery, chance, list(delivery.layout.judged), lambda _: cell)


@mutation("xlsx")
def formulas_never_calculated(delivery: Delivery, chance: Random) -> str:
    return _change(delivery, chance, list(delivery.layout.judged), lambda _: Formula(""))


@mutation()
def cells_blank_or_placeholders(delivery: Delivery, chance: Random) -> str:
    text = chance.choice(("", "", None, "NULL", "None", "nan", "-", "*", "N/K", "9999999999", "0", "TBC"))
    headings = [*delivery.layout.judged, *([delivery.layout.key] if delivery.layout.key else [])]
    return _change(delivery, chance, headings, lambda _: text)


@mutation()
def one_number_of_a_person_in_other_spellings(delivery: Delivery, chance: Random) -> str:
    """The number of the first row in the rows after it, each spelt otherwise."""
    if delivery.layout.person is None:
        raise NotApplicableError
    place = delivery.column(delivery.layout.person[0])
    rows = list(delivery.rows())
    number = str(rows[0][place])
    spellings = [f" {number}", f"{number} ", number.lower(), f"{number}{NBSP}", f'="{number}"']
    if number.isdigit():
        spellings += [
            f"{number[:3]} {number[3:6]} {number[6:]}",
            f"{number[:3]}-{number[3:6]}-{number[6:]}",
            f"{number}.0",
            f"{number[:3]}{NBSP}{number[3:]}",
        ]
    for row in rows[1 : chance.randrange(2, 8)]:
        row[place] = chance.choice(spellings)
    return ""


@mutation()
def numbers_of_nobody(delivery: Delivery, chance: Random) -> str:
    if delivery.layout.person is None or "nhs" not in delivery.layout.person[0].casefold():
        raise NotApplicableError
    text = chance.choice(
        (
            "9999999999",
            "0000000000",
            "1234567890",
            "999 999 9999",
            "NK",
            "943 476 5870",
            "unknown",
            "9434771",
            "4505577104",
        )
    )
    return _change(delivery, chance, [delivery.layout.person[0]], lambda _: text, share=0.3)


@mutation()
def rows_doubled_or_contradicting(delivery: Delivery, chance: Random) -> str:
    part = chance.choice(list(delivery.parts))
    rows = delivery.parts[part]
    row = list(chance.choice(rows))
    headings = [heading for heading in delivery.layout.judged if heading in delivery.headings]
    if chance.random() < 0.5:
        place, other = delivery.column(chance.choice(headings)), chance.choice(rows)
        row[place] = other[place]
    rows.insert(chance.randrange(len(rows)), row)
    return ""


@mutation()
def a_line_break_or_a_long_text_in_cells(delivery: Delivery, chance: Random) -> str:
    text = chance.choice(
        ("first\nsecond", "a\r\nb", "x" * 300, "one\rtwo", "a, b", 'say "so"', "tab\there", "; drop", "x" * 40000)
    )
    headings = [heading for heading, (_, kind) in delivery.layout.judged.items() if kind == "text"]
    return _change(delivery, chance, headings, lambda _: text, share=0.05)


@mutation(TABLE_FORMS)
def cells_of_two_columns_exchanged_in_some_rows(delivery: Delivery, chance: Random) -> str:
    one, other = chance.sample(range(len(delivery.headings)), 2)
    for row in list(delivery.rows())[: chance.choice((1, 3, 60))]:
        row[one], row[other] = row[other], row[one]
    return ""


@mutation("jsonl", "json")
def cells_of_another_type(delivery: Delivery, chance: Random) -> str:
    value = chance.choice((True, 12, 12.5, ["a", "b"], {"code": "x"}, [], {}, "true", [[1]], [{"a": 1}], 10**30, -0.0))
    return _change(delivery, chance, list(delivery.layout.judged), lambda _: value)
