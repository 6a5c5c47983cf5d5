"""The particulars of the partnership that Python needs.

Another partnership adopts the pipeline by editing this file, the dbt seeds and the feed contracts. Particulars of one
feed belong in its contract.
"""

from zoneinfo import ZoneInfo

NAME = "Violence Reduction Partnership, Hampshire and the Isle of Wight"

# The slug under which data.police.uk publishes the force, and its ONS police force area code.
FORCE_SLUG = "hampshire"
POLICE_FORCE_AREA = "E23000030"

# The first month the lake may hold: the start of the financial year 2022-23, the base year of the
# first report the partnership published.
FIRST_MONTH = "2022-04"

TIME_ZONE = ZoneInfo("Europe/London")
