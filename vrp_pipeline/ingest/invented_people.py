"""Invented people: test records that staff left in a live system, recognised by name.

Real extracts hold `ZZTEST, Patient` or `Test Pupil 3`. Nobody has such a name, unlike Mary Test and John Tester, who
are kept. Numbers do not tell: test numbers (999 of the NHS) are also those of simulated data. Names are read in this
module alone.
"""

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.validation.reasons import Reasons

ROLES = "patient|person|record|child|pupil|student|offender|client|user|data"
# Of forenames and surname in any order, in small letters, with one space in place of whatever stands between words. A
# border of a word is a space: to RE2 a letter with an accent is one too.
IN_A_NAME = (
    rf"(?:^| )[xz]+test[\p{{L}}\d]*(?: |$)|(?:^| )test ?(?:{ROLES})(?: \d+)?$|^(?:{ROLES}) test(?: \d+)?$"
    r"|(?:^| )test \d|(?:^| )test\d+(?: |$)|^test(?: test)+$|(?:^| )dummy(?: |$)|(?:^| )do not use(?: |$)"
)
# Nobody has it for a forename.
AS_FORENAME = r"^test(?: |$)"


def names_in(feed: Feed) -> list[str]:
    """Return the columns of a feed that hold names of people."""
    told = [name for person in feed.people for name in (person.forename, person.surname, person.full_name) if name]
    return list(dict.fromkeys(told))


def note_invented_people(feed: Feed, texts: pa.Table, faults: Reasons) -> None:
    """Note the rows of a delivered table that name an invented person."""
    for person in feed.people:
        names = [name for name in (person.forename, person.surname, person.full_name) if name in texts.column_names]
        if not names:
            continue
        plain = [_plain(texts[name].combine_chunks()) for name in names]
        found = pc.match_substring_regex(pc.binary_join_element_wise(*plain, " "), IN_A_NAME)
        if person.forename in names:
            found = pc.or_(found, pc.match_substring_regex(plain[names.index(person.forename)], AS_FORENAME))
        faults.add_to(found, "the name is that of a record made to test a system")


def _plain(texts: pa.Array) -> pa.Array:
    letters = pc.replace_substring_regex(
        pc.utf8_lower(pc.fill_null(texts, "")), pattern=r"[^\p{L}\d]+", replacement=" "
    )
    return pc.utf8_trim_whitespace(letters)
