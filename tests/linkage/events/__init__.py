"""Tests of `vrp_pipeline/linkage/events`."""
