"""Numbers in words are read as people mean them."""

import pytest

from vrp_pipeline.report.commentary.claims.spelled_numbers import in_digits


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("six people", "6 people"),
        ("Seventeen homicides", "17 homicides"),
        ("twenty-five crimes", "25 crimes"),
        ("one hundred and ten crimes", "110 crimes"),
        ("three thousand one hundred and five crimes", "3105 crimes"),
        ("two hundred thousand pounds", "200000 pounds"),
        ("a hundred crimes", "100 crimes"),
        ("two dozen crimes and half a dozen victims", "24 crimes and 6 victims"),
        ("a couple of crimes", "2 crimes"),
        ("rose by a fifth", "rose by ≈20%"),
        ("three quarters of them", "≈75% of them"),
        ("fell by half", "fell by ≈50%"),
        ("one in five", "≈20%"),
        ("two out of every ten", "≈20%"),
        ("one victim and one of the victims", "1 victim and 1 of the victims"),
        ("no one took one day off in the first half", "no one took one day off in the first half"),
        ("someone weighed a tonne of stones", "someone weighed a tonne of stones"),
    ],
)
def test_numbers_in_words_are_read_as_people_mean_them(said: str, meant: str) -> None:
    assert in_digits(said, "victims?") == meant
