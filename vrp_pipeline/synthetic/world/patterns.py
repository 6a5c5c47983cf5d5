"""Times of events: days of two financial years, hours of the week, and the change in the second year.

Times are whole minutes since EPOCH in local time. Season, weekday and hour follow assumptions [P] in line with the
weekend-night peak of violence that every peer reports; only volumes are set from published figures.
"""

import numpy as np

from vrp_pipeline.synthetic.world.offences import RHYTHMS
from vrp_pipeline.synthetic.world.streams import pick, pick_by

EPOCH = np.datetime64("2022-01-01")
FIRST_DAY = np.datetime64("2022-04-01")
SECOND_YEAR = np.datetime64("2023-04-01")
END = np.datetime64("2024-04-01")  # the first day that is not simulated
MONTHS = np.arange(np.datetime64("2022-04"), np.datetime64("2024-04"))
DAYS = int((END - EPOCH).astype(int))
DAY_MINUTES = 24 * 60
# Events start three months before the first delivered month, so that it includes crimes recorded late.
YEARS = DAYS / 365.25

# Serious violence 2023-24 against 2022-23: published as -4.8 % ([PCC 2024]). This is the change of the
# rate; the change of the simulated count scatters around it. All recorded crime fell by 6.4 % between the years to
# September 2023 and 2024 (same table); half of that fall lies in the simulated window.
SERIOUS_CHANGE = 0.952
OTHER_CHANGE = 0.968
# Variation of days beyond chance: daily rates have a standard deviation of 8 %. Assumption of shape.
DAY_SHAPE = 1 / 0.08**2

# Amplitude of the yearly wave (peak in mid-July) by rhythm.
SEASON = {"night": 0.09, "home": 0.04, "day": 0.03, "round": 0.05}
PEAK_DAY_OF_YEAR = 196

_HOURS = {
    "night": (80, 70, 58, 42, 22, 10, 8, 12, 18, 22, 26, 30, 36, 38, 42, 50, 52, 54, 56, 60, 66, 74, 84, 90),
    "home": (40, 30, 22, 14, 10, 10, 16, 26, 34, 38, 40, 44, 48, 48, 50, 56, 60, 66, 70, 72, 72, 68, 60, 50),
    "day": (4, 2, 2, 2, 2, 3, 8, 20, 40, 60, 76, 84, 86, 84, 84, 88, 90, 80, 62, 44, 30, 20, 12, 6),
    "round": (44, 36, 30, 26, 22, 20, 24, 34, 44, 46, 46, 48, 52, 50, 50, 52, 56, 60, 62, 60, 56, 54, 52, 48),
}
NIGHT_HOURS = (20, 21, 22, 23, 0, 1, 2, 3, 4)
# Relative rate of the night that starts on Monday … Sunday, for events at night.
NIGHT_OF_WEEK = (0.70, 0.72, 0.78, 0.90, 1.65, 1.95, 0.85)


def week_table(rhythm: str) -> np.ndarray:
    """Return relative rates by weekday (Monday first) and hour, 7 × 24. Hours before 5 belong to the night before."""
    table = np.tile(np.array(_HOURS[rhythm], dtype=float), (7, 1))
    if rhythm == "night":
        for weekday in range(7):
            for hour in NIGHT_HOURS:
                table[weekday, hour] *= NIGHT_OF_WEEK[weekday if hour >= 20 else (weekday - 1) % 7]
    if rhythm == "day":
        table[6] *= 0.75  # shorter Sunday trading
    return table


_TABLES = np.array([week_table(rhythm) for rhythm in RHYTHMS])


def weekdays(days: np.ndarray) -> np.ndarray:
    """Return Monday = 0 … Sunday = 6 for days since EPOCH (1 January 2022 was a Saturday)."""
    return np.asarray((days + 5) % 7)


def month_start(day: int) -> int:
    """Return the first day of a day's month, both since EPOCH."""
    month = (EPOCH + day).astype("datetime64[M]")
    return int((month.astype("datetime64[D]") - EPOCH).astype(int))


def day_weights(rng: np.random.Generator) -> np.ndarray:
    """Return relative rates of each day by rhythm (4 × DAYS): season, weekday and random variation."""
    days = np.arange(DAYS)
    wave = np.cos(2 * np.pi * (days + 1 - PEAK_DAY_OF_YEAR) / 365.25)
    luck = rng.gamma(DAY_SHAPE, 1 / DAY_SHAPE, DAYS)
    by_weekday = _TABLES.sum(axis=2)
    rows = [
        (1 + SEASON[rhythm] * wave) * by_weekday[number][weekdays(days)] / by_weekday[number].mean() * luck
        for number, rhythm in enumerate(RHYTHMS)
    ]
    return np.array(rows)


def year_factor(serious: bool) -> np.ndarray:
    """Return the rate of each day relative to the first year."""
    second = np.arange(DAYS) >= int((SECOND_YEAR - EPOCH).astype(int))
    return np.where(second, SERIOUS_CHANGE if serious else OTHER_CHANGE, 1.0)


def draw_days(rng: np.random.Generator, weights: np.ndarray, yearly: float) -> np.ndarray:
    """Draw days since EPOCH of a Poisson number of events (`yearly` at a rate of one) in proportion to `weights`."""
    count = int(rng.poisson(yearly / 365.25 * weights.sum()))
    return pick(rng, weights, count)


def draw_minutes(rng: np.random.Generator, days: np.ndarray, rhythm: np.ndarray) -> np.ndarray:
    """Draw minutes since EPOCH on the given days, by the hours of each event's rhythm (index into RHYTHMS)."""
    hours = pick_by(rng, _TABLES.reshape(-1, 24), rhythm * 7 + weekdays(days))
    return np.asarray(days * DAY_MINUTES + hours * 60 + rng.integers(0, 60, len(days)))


def financial_years(days: np.ndarray) -> np.ndarray:
    """Return the financial year ('2022-23', '2023-24', or '' outside) of days since EPOCH."""
    first, second, end = (int((day - EPOCH).astype(int)) for day in (FIRST_DAY, SECOND_YEAR, END))
    return np.select([(days >= first) & (days < second), (days >= second) & (days < end)], ["2022-23", "2023-24"], "")


def month_index(days: np.ndarray) -> np.ndarray:
    """Return each day's month as an index into MONTHS: negative before it, beyond its length after."""
    return np.asarray(((EPOCH + days).astype("datetime64[M]") - MONTHS[0]).astype(int))
