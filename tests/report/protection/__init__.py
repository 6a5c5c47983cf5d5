"""Tests of `vrp_pipeline/report/protection`."""
