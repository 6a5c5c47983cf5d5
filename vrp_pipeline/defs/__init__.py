"""Dagster objects only: partitions, feeds, transform, release, report, schedules, sensors, resources.

What an asset does stands in the rooms; here it is only told to Dagster.
"""
