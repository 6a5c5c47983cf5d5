"""Tests of `vrp_pipeline/linkage/people`."""
