"""Tests of `vrp_pipeline/report/approval`."""
