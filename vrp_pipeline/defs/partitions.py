"""The time that Dagster divides assets by: months for feeds, financial years for reports."""

import dagster as dg

from vrp_pipeline.feeds.partnership import FIRST_MONTH, TIME_ZONE

months = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m", timezone=TIME_ZONE.key, end_offset=1)

# The key `2023` is the financial year 2023-24, from 1 April 2023 to 31 March 2024.
financial_years = dg.TimeWindowPartitionsDefinition(
    start=FIRST_MONTH[:4], fmt="%Y", cron_schedule="0 0 1 4 *", timezone=TIME_ZONE.key
)
