"""Tests of `vrp_pipeline/report/content`."""
