"""Worlds of event records with their truth, of laws that share no code with the two simulated partnerships.

Incidents happen in towns of one region over a year, most of them at night; each has one to three victims. Police,
ambulances, A&E and wards record them with their own errors. Of A&E a law says how many places and numbers are missing,
in which hospitals, and how often a patient returns for the same injury.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tests.support.event_records import ADMISSIONS, AMBULANCE, EMERGENCY, POLICE, SCHEMA

START = dt.datetime(2022, 1, 3)
HOSPITALS = 3
KINDS = ("penetrating", "other weapon", "assault")


@dataclass(frozen=True)
class Law:
    """Laws of a world.

    `towns` is the number of towns and `spread_km` how far from their middles incidents happen; `at_night` the share on
    Friday and Saturday nights. `victims` are the shares of incidents of one, two and three victims. `blank` is the
    share of attendances without an NHS number in each hospital, `home_blank` that of records without a home. `returns`
    is the share of patients who come back for the same injury, `again` of those the share who do so once more, and so
    on.
    """

    incidents: int = 3_000
    towns: int = 6
    spread_km: float = 2.0
    at_night: float = 0.35
    victims: tuple[float, float, float] = (0.84, 0.11, 0.05)
    blank: tuple[float, float, float] = (0.12, 0.12, 0.12)
    place_blank: float = 0.3
    home_blank: float = 0.0
    returns: float = 0.06
    again: float = 0.2


CROWDED_NIGHTS = Law(towns=1, spread_km=0.8, at_night=0.8)
RURAL = Law(towns=30, spread_km=4.0, at_night=0.15)
ONE_HOSPITAL_GIVES_NO_NUMBERS = Law(blank=(1.0, 0.08, 0.08))
NO_HOSPITAL_GIVES_NUMBERS = Law(blank=(1.0, 1.0, 1.0))
BLANK_30 = Law(blank=(0.3, 0.3, 0.3))
LAWS = {
    "crowded nights": CROWDED_NIGHTS, "rural": RURAL, "one hospital without numbers": ONE_HOSPITAL_GIVES_NO_NUMBERS,
    "no numbers": NO_HOSPITAL_GIVES_NUMBERS, "30 % blank": BLANK_30,
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Event records in the columns linkage reads, and of each record its true incident and its true victim."""

    records: pa.Table
    incident_of: dict[str, int]
    victim_of: dict[str, int]

    @property
    def total(self) -> int:
        """How many incidents have a record."""
        return len(set(self.incident_of.values()))


def world(law: Law, seed: int) -> World:
    """Return a world; equal arguments give equal worlds."""
    return _Recorders(law, np.random.default_rng(seed)).recorded()


class _Recorders:
    def __init__(self, law: Law, rng: np.random.Generator) -> None:
        self.law, self.rng = law, rng
        self.rows: list[dict[str, object]] = []
        self.incident_of: dict[str, int] = {}
        self.victim_of: dict[str, int] = {}
        self.towns = rng.uniform((430, 90), (480, 140), (law.towns, 2))
        self.people = 0

    def recorded(self) -> World:
        for number in range(self.law.incidents):
            self._incident(number)
        rows = sorted(self.rows, key=lambda row: str(row["event_record_id"]))
        return World(pa.Table.from_pylist(rows, schema=SCHEMA), self.incident_of, self.victim_of)

    def _chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _minute(self) -> float:
        rng = self.rng
        if self._chance(self.law.at_night):
            week, night = rng.integers(52), rng.integers(4, 6)
            return float((7 * week + night) * 1440 + np.clip(rng.normal(1425, 100), 1080, 1800))
        return float(rng.integers(363) * 1440 + np.clip(rng.normal(960, 260), 0, 1439))

    def _incident(self, number: int) -> None:
        rng, law = self.rng, self.law
        minute = self._minute()
        town = int(rng.integers(law.towns))
        place = self.towns[town] + rng.normal(0, law.spread_km, 2)
        weapon = int(rng.choice(3, p=(0.1, 0.15, 0.75)))
        is_known = self._chance(0.5)
        has_call = self._chance(0.35)
        for _ in range(int(rng.choice(3, p=law.victims)) + 1):
            self.people += 1
            person = {
                "age": int(np.clip(rng.gamma(6, 5), 1, 90)), "sex": "male" if self._chance(0.7) else "female",
                "nhs": f"n{self.people}", "home": self.towns[town] + rng.normal(0, 2 * law.spread_km, 2),
            }  # fmt: skip
            self._victim(number, minute, place, weapon, person, is_known, has_call)

    def _victim(
        self, number: int, minute: float, place: np.ndarray, weapon: int, person: dict[str, object], is_known: bool,
        has_call: bool,
    ) -> None:  # fmt: skip
        rng, law = self.rng, self.law

        def write(feed: str, told: dict[str, object]) -> None:
            vague = weapon if not self._chance(0.25) else 2
            told_age = int(person["age"]) + (int(rng.choice((-1, 1))) if self._chance(0.04) else 0)  # type: ignore[call-overload]
            name = f"{rng.integers(1 << 48):012x}"
            is_blank = told.pop("place blank", False)
            off = place + rng.normal(0, 0.15, 2)
            is_homeless = law.home_blank > 0 and self._chance(law.home_blank)
            home = np.floor(np.asarray(person["home"]))
            self.incident_of[name], self.victim_of[name] = number, self.people
            self.rows.append(
                {
                    "event_record_id": name, "agency": feed.partition("__")[0], "feed": feed,
                    "agency_incident": None, "is_default_place": False, "kind": KINDS[vague], "has_victim": True,
                    "easting": None if is_blank else int(1000 * off[0]),
                    "northing": None if is_blank else int(1000 * off[1]),
                    "lsoa_code": None if is_blank else "/".join(str(int(each)) for each in np.floor(off)),
                    "residence_lsoa_code": None if is_homeless else "/".join(str(int(each)) for each in home),
                    "victim_age": None if self._chance(0.05) else told_age,
                    "victim_sex": "unknown" if self._chance(0.02) else person["sex"],
                    "pseudonym_kind": "police_person" if feed == POLICE else "nhs_number",
                    **told,
                }
            )  # fmt: skip

        if is_known:
            when = minute + (rng.normal(0, 25) if self._chance(0.5) else 0)
            write(POLICE, {"occurred_from": at(when), "occurred_until": at(when), "occurred_precision": "time",
                           "reported_at": at(when + 60), "agency_incident": f"p{number}", "pseudonym": None,
                           "residence_lsoa_code": None})  # fmt: skip
        if has_call:
            when = minute + rng.exponential(12)
            write(AMBULANCE, {"occurred_from": None, "occurred_until": at(when), "reported_at": at(when),
                              "occurred_precision": "before the call", "agency_incident": f"c{number}",
                              "pseudonym": person["nhs"] if self._chance(0.6) else None})  # fmt: skip
        arrived = minute + rng.lognormal(np.log(66), 1.1)
        attends = self._chance(0.9 if has_call else 0.55)
        if attends:
            self._attendances(minute, arrived, person, write)
        if attends and self._chance(0.12):
            day = arrived // 1440 * 1440
            write(ADMISSIONS, {"occurred_from": None, "occurred_until": at(day + 1439), "reported_at": at(day),
                               "occurred_precision": "before arrival", "place blank": True,
                               "pseudonym": person["nhs"] if self._chance(0.95) else None})  # fmt: skip

    def _attendances(self, minute: float, arrived: float, person: dict[str, object], write) -> None:  # type: ignore[no-untyped-def]
        rng, law = self.rng, self.law
        hospital, returns, share = int(rng.integers(HOSPITALS)), 0, law.returns
        while True:
            told = minute + rng.normal(0, 20)
            is_told = self._chance(0.7)
            write(EMERGENCY, {
                "occurred_from": at(min(told, arrived)) if is_told else at(arrived), "occurred_until": at(arrived),
                "reported_at": at(arrived), "occurred_precision": "time", "agency": f"health/{hospital}",
                "place blank": self._chance(law.place_blank),
                "pseudonym": None if self._chance(law.blank[hospital]) else person["nhs"],
            })  # fmt: skip
            if not self._chance(share):
                return
            returns, share = returns + 1, law.again
            arrived += rng.uniform(360, 4320)


def at(minute: float) -> dt.datetime:
    """The time so many minutes after the start."""
    return START + dt.timedelta(minutes=round(minute))
