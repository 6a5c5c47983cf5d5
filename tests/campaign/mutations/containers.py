"""Members of archives, and sheets and settings of workbooks."""

import zipfile
from random import Random

from tests.campaign.deliveries import Delivery
from tests.campaign.mutations.registry import ARCHIVES, NotApplicableError, mutation


@mutation(ARCHIVES)
def a_member_dropped(delivery: Delivery, chance: Random) -> str:
    del delivery.parts[chance.choice(list(delivery.parts))]
    return ""


@mutation(ARCHIVES)
def a_member_doubled(delivery: Delivery, chance: Random) -> str:
    """Under the same name, or as a copy of another name; with the same rows, or with rows of its own."""
    name = chance.choice(list(delivery.parts))
    match chance.choice(("same", "copy", "own rows")):
        case "same":
            delivery.writing.doubled.append(name)
        case "copy":
            delivery.parts[chance.choice((f"copy/{name}", f"{name[:-4]} (1){name[-4:]}"))] = delivery.parts[name]
        case _:
            rows = delivery.parts[name]
            delivery.parts[name] = rows[: len(rows) // 2]
            delivery.parts[f"part2/{name}"] = rows[len(rows) // 2 :]
    return ""


@mutation(ARCHIVES)
def members_renamed(delivery: Delivery, chance: Random) -> str:
    names = list(delivery.parts)
    chosen = names if chance.random() < 0.4 else [chance.choice(names)]
    how = chance.choice(("upper", "backslash", "flat", "txt", "other month", "blank", "suffix", "deep"))
    for name in chosen:
        made = {
            "upper": name.upper(),
            "backslash": name.replace("/", "\\"),
            "flat": name.rsplit("/", 1)[-1],
            "txt": name[:-4] + ".txt",
            "other month": name.replace("2024-02", "2024-01"),
            "blank": name.replace("-", " "),
            "suffix": name[:-4] + "-v2" + name[-4:],
            "deep": f"export/2024/{name}",
        }[how]
        delivery.writing.renamed[name] = made
    return ""


@mutation(ARCHIVES)
def rubbish_beside_the_members(delivery: Delivery, chance: Random) -> str:
    name = chance.choice(list(delivery.parts))
    bare = name.rsplit("/", 1)[-1]
    rubbish = {
        "macOS": (
            f"__MACOSX/{name.replace(bare, '._' + bare)}",
            b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X" + bytes(60),
        ),
        "store": (".DS_Store", bytes(64)),
        "thumbs": ("Thumbs.db", bytes(64)),
        "readme": ("README.txt", b"Read me first."),
        "fork": (f"._{bare}", b"\x00\x05\x16\x07" + bytes(60)),
        "empty": (f"empty/{bare}", b""),
    }
    delivery.writing.members.append(rubbish[chance.choice(list(rubbish))])
    return ""


@mutation(ARCHIVES, "xlsx")
def another_compression(delivery: Delivery, chance: Random) -> str:
    delivery.writing.compression = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return ""


@mutation(ARCHIVES)
def a_method_nobody_knows(delivery: Delivery, chance: Random) -> str:
    method = chance.choice((9, 93, 98)).to_bytes(2, "little")

    def change(content: bytes) -> bytes:
        made, place = bytearray(content), 0
        while (place := made.find(b"PK\x03\x04", place)) >= 0:
            made[place + 8 : place + 10] = method
            place += 4
        place = 0
        while (place := made.find(b"PK\x01\x02", place)) >= 0:
            made[place + 10 : place + 12] = method
            place += 4
        return bytes(made)

    delivery.writing.outer.append(change)
    return ""


@mutation(ARCHIVES)
def rows_under_another_month_or_sender(delivery: Delivery, chance: Random) -> str:
    names = list(delivery.parts)
    if len(names) < 2:
        raise NotApplicableError
    one, other = chance.sample(names, 2)
    moved = chance.sample(delivery.parts[one], chance.choice((1, 5)))
    delivery.parts[one] = [row for row in delivery.parts[one] if row not in moved]
    delivery.parts[other] += moved
    return ""


@mutation("xlsx")
def a_sheet_hidden_or_more_or_renamed(delivery: Delivery, chance: Random) -> str:
    how, name = delivery.writing, chance.choice(list(delivery.parts))
    rows = delivery.parts[name]
    match chance.choice(("hidden copy", "hidden", "extra", "pivot", "renamed", "blank around", "split")):
        case "hidden copy":
            how.sheets["Old"] = [delivery.headings, *(list(row) for row in rows[:5])]
            how.hidden.add("Old")
        case "hidden":
            how.sheets["Cover"] = [["Nothing here"]]
            how.hidden.add(name)
        case "extra":
            own = [list(row) for row in rows[:5]]
            for number, row in enumerate(own):
                row[delivery.column(delivery.layout.key or "")] = f"EXTRA-{number:05d}"
            how.sheets["More"] = [delivery.headings, *own]
        case "pivot":
            how.sheets["Summary"] = [["Category", "Count"], ["a", 3], ["b", 4]]
        case "renamed":
            how.renamed[name] = chance.choice((name.lower(), f"{name} ", "Sheet1", f"{name} 2024"))
        case "blank around":
            how.renamed[name] = f" {name}"
        case _:
            delivery.parts[name], how.sheets[f"{name} (2)"] = rows[:15], [delivery.headings, *rows[15:]]
    return ""


@mutation("xlsx")
def a_heading_merged_above(delivery: Delivery, chance: Random) -> str:
    delivery.writing.merged_heading = True
    return ""


@mutation("xlsx")
def days_from_1904(delivery: Delivery, chance: Random) -> str:
    delivery.writing.date_1904 = True
    delivery.writing.plain_dates = chance.random() < 0.5
    return ""


@mutation("xlsx")
def blank_rows_or_totals_between(delivery: Delivery, chance: Random) -> str:
    rows = delivery.parts[chance.choice(list(delivery.parts))]
    width = len(delivery.headings)
    place = chance.randrange(1, len(rows))
    rows.insert(place, [""] * width)
    if chance.random() < 0.5:
        rows.append(["Total", *[""] * (width - 2), len(rows)])
    return ""
