"""Tests of `vrp_pipeline/report/tables`."""
