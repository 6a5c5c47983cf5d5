"""Tests of `vrp_pipeline/report/counts`."""
