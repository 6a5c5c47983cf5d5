"""Birthdays that an agency writes where it knows only the year, such as 1 January: they equal no other birthday.

Two people who share a default share no more than the year, yet a model that is not told takes it for a birthday in
common, which one pair in 8,000 has by chance. Which days are defaults is read from the distribution of each kind of
records, as default times of events are (`events.inputs`).
"""

import duckdb
import pyarrow as pa

# A day of the year is a default of a kind of records if it is written this often, and this many times as often as a day
# is in the mean. Births vary by a tenth through the year.
FEWEST_DEFAULT_BIRTHDAYS = 20
DEFAULT_BIRTHDAYS_RATIO = 3
_DAYS_OF_A_YEAR = 365.25


def without_default_birthdays(people: pa.Table) -> pa.Table:
    """Return people in the schema `people.inputs.PEOPLE`, day and month of default birthdays replaced, in order of key.

    A default day and month become codes of that record alone, so only its year of birth can agree with another's. They
    are negative numbers of rows, which no keyed hash of 64 bits is but by a chance of one in a billion.
    """
    with duckdb.connect() as connection:
        # Without a temporary directory DuckDB fails if memory runs out, instead of spilling identifiers to disk.
        connection.execute("set temp_directory = ''")
        connection.register("people", people)
        return (
            connection.sql(f"""
                with days as (
                    select kind, birth_month, birth_day, count(*) as written from people
                    where birth_day is not null group by all
                ),
                defaults as (
                    select kind, birth_month, birth_day, true as is_default from days
                    qualify written >= {FEWEST_DEFAULT_BIRTHDAYS} and
                        written > {DEFAULT_BIRTHDAYS_RATIO / _DAYS_OF_A_YEAR} * sum(written) over (partition by kind)
                )
                select people.* replace (
                    if(is_default, -row_number() over (order by person_key), people.birth_month) as birth_month,
                    if(is_default, -row_number() over (order by person_key), people.birth_day) as birth_day
                )
                from people left join defaults using (kind, birth_month, birth_day)
                order by person_key
            """)  # noqa: S608 - numbers of this module
            .to_arrow_table()
            .cast(people.schema)
        )
