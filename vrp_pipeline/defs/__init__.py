"""Definitions for Dagster: assets, checks, partitions, jobs, schedules, sensors and resources.

The work of an asset is done by the other packages; here it is only declared.
"""
