"""Names of people and the variants in which agencies record them: shortened, misspelt, or swapped.

All names are made up and deliberately uncommon: a search for them in the pipeline's output must find nothing. The rate
of variants follows the experiment of docs/linkage.md#names: for two records of one person, a good seventh of forenames
and a quarter of postcodes differ.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world.streams import pick

GIRLS = ("Ottoline", "Clementina", "Philippa", "Rosalind", "Imogen", "Araminta", "Seraphina", "Hermione", "Eglantine",
         "Perpetua", "Wilhelmina", "Theodosia", "Cressida", "Lavender", "Henrietta", "Persephone", "Drusilla",
         "Georgiana", "Columbine", "Ermintrude", "Guinevere", "Josephina", "Millicent", "Octavina", "Petronella",
         "Quintessa", "Rowanna", "Sophronia", "Tabitha", "Valentina", "Winifreda", "Xanthippe", "Yolandine",
         "Zephyrine", "Annunciata", "Bettrys", "Calpurnia", "Desdemona", "Euphemia", "Felicitas")  # fmt: skip
BOYS = ("Barnaby", "Evander", "Lysander", "Thaddeus", "Cornelius", "Leopold", "Crispin", "Ignatius", "Peregrine",
        "Octavian", "Percival", "Lancelot", "Bartholomew", "Montague", "Septimus", "Valerian", "Zachariah", "Alaric",
        "Balthazar", "Cuthbert", "Dunstan", "Ethelred", "Ferdinand", "Gawaine", "Horatio", "Ichabod", "Jeremias",
        "Kentigern", "Launcelyn", "Mortimer", "Nathanael", "Osbert", "Ptolemy", "Quentyn", "Roderick", "Sylvanus",
        "Tiberius", "Uriah", "Wulfstan", "Yorick")  # fmt: skip
_BEGINNINGS = ("Quill", "March", "Thistle", "Under", "Larks", "Winter", "Oaken", "Pen", "Fother", "Crumble", "Bramble",
               "Dunnock", "Merry", "Snod", "Tangle", "Vex", "Ember", "Hollow", "Juniper", "Kestrel", "Nettle", "Plover",
               "Sorrel", "Yarrow")  # fmt: skip
_ENDINGS = ("feather", "pane", "wick", "bough", "purton", "bournely", "shawe", "hallowby", "gillane", "hulme",
            "thwaite", "shaw", "wethersby", "grassley", "woodham", "fordshire", "ingdale", "lockby", "mantle",
            "ravenby", "stowell", "tremayne", "uckfold", "wainrigg")  # fmt: skip
SURNAMES = tuple(f"{_BEGINNINGS[n % 24]}{_ENDINGS[(n // 24 + 5 * (n % 24)) % 24]}" for n in range(24 * 24))
# The n-th name of a list is drawn in proportion to 1 / (n + this): a few are common, most are rare.
COMMON_FORENAMES, COMMON_SURNAMES = 6, 12
# Shares of an agency's records in which a name or a date of birth is recorded incorrectly.
SHORTENED, MISSPELT, MIDDLE_NAME = 0.035, 0.045, 0.005
SURNAME_MISSPELT, SURNAME_CHANGED, TURNED_ROUND = 0.03, 0.015, 0.005
BIRTHDAY_WRONG = 0.015


def given(rng: np.random.Generator, is_female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a forename (index into GIRLS followed by BOYS) and a surname (index into SURNAMES) for each person."""
    count = len(is_female)
    forename = pick(rng, 1 / (np.arange(len(GIRLS)) + COMMON_FORENAMES), count)
    surname = pick(rng, 1 / (np.arange(len(SURNAMES)) + COMMON_SURNAMES), count)
    return np.where(is_female, forename, forename + len(GIRLS)), surname


def written(rng: np.random.Generator, forename: np.ndarray, surname: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """Return forenames and surnames as recorded by one agency, one element per person."""
    count = len(forename)
    first = np.array((*GIRLS, *BOYS), dtype=object)[forename]
    last = np.array(SURNAMES, dtype=object)[surname]
    draw, place = rng.random(count), rng.integers(1, 5, count)
    middle = np.where(forename < len(GIRLS), 0, len(GIRLS)) + (forename * 7 + surname) % len(GIRLS)
    for row in np.flatnonzero(draw < SHORTENED + MISSPELT + MIDDLE_NAME):
        if draw[row] < SHORTENED:
            first[row] = first[row][:4]
        elif draw[row] < SHORTENED + MISSPELT:
            first[row] = _misspelt(first[row], int(place[row]))
        else:
            first[row] = (*GIRLS, *BOYS)[middle[row]]
    draw = rng.random(count)
    for row in np.flatnonzero(draw < SURNAME_MISSPELT + SURNAME_CHANGED):
        is_misspelt = draw[row] < SURNAME_MISSPELT
        last[row] = _misspelt(last[row], int(place[row])) if is_misspelt else SURNAMES[(surname[row] + 97) % 576]
    turned = rng.random(count) < TURNED_ROUND
    first, last = np.where(turned, last, first), np.where(turned, first, last)
    return pa.array(first.tolist(), pa.string()), pa.array(last.tolist(), pa.string())


def birthdays(rng: np.random.Generator, born: np.ndarray) -> np.ndarray:
    """Return dates of birth (datetime64[D]) as recorded by one agency: some with day and month swapped, or a day off.

    The year is always right, so that ages are off by one at most.
    """
    month = born.astype("datetime64[M]")
    day, number = (born - month.astype("datetime64[D]")).astype(int), month.astype(int) % 12
    turned = (month - number + np.minimum(day, 11)).astype("datetime64[D]") + number
    is_middle = (day > 0) & (day < 27)
    off = np.where(day < 12, turned, np.where(is_middle, born + 1, born))
    return np.where(rng.random(len(born)) < BIRTHDAY_WRONG, off, born)


def whole(forenames: pa.Array, surnames: pa.Array) -> pa.Array:
    """Return forename and surname in one text."""
    return texts.joined(forenames, surnames, by=" ")


def _misspelt(name: str, place: int) -> str:
    """Return the name with two letters swapped, or one omitted or doubled."""
    match place:
        case 1:
            return name[:2] + name[3] + name[2] + name[4:]
        case 2:
            return name[:3] + name[4:]
        case 3:
            return name[:-2] + name[-1] + name[-2]
        case _:
            return name[:3] + name[2:]
