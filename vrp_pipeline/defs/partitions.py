"""The partitions of assets: months for feeds, financial years for reports.

All feeds share one definition, because Dagster launches several assets over one range only if their partitions are the
same. It ends with the last month that any feed can deliver.
"""

from datetime import date, datetime, timedelta

import dagster as dg

from vrp_pipeline.calendar.feed_calendar import as_of
from vrp_pipeline.calendar.months import month_after
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import newest_per_partition

# A lake that has received nothing for this long is a sample, an archive, or as of a past day.
AT_REST = timedelta(days=62)


def months_of(lake: Lake, today: date) -> dg.MonthlyPartitionsDefinition:
    """Return the monthly partitions up to the present month, part of which a weekly feed delivers.

    In a lake at rest they end with the newest month that it holds: later ones will not come, and a backfill of all
    partitions would wait for them in vain.
    """
    known_until = as_of(lake)
    if known_until is None or today - known_until <= AT_REST:
        return dg.MonthlyPartitionsDefinition(FIRST_MONTH, fmt="%Y-%m", timezone=TIME_ZONE.key, end_offset=1)
    held = (month for feed in FEEDS.values() if feed.is_monthly for month in newest_per_partition(lake, feed))
    newest = max(held, default=known_until.strftime("%Y-%m"))
    return dg.MonthlyPartitionsDefinition(
        FIRST_MONTH, end_date=month_after(newest), fmt="%Y-%m", timezone=TIME_ZONE.key
    )


months = months_of(Lake.from_environment(), datetime.now(TIME_ZONE).date())

# The key `2023` is the financial year 2023-24, from 1 April 2023 to 31 March 2024.
financial_years = dg.TimeWindowPartitionsDefinition(
    start=FIRST_MONTH[:4], fmt="%Y", cron_schedule="0 0 1 4 *", timezone=TIME_ZONE.key
)
