"""Tests of `vrp_pipeline/report/page`."""
