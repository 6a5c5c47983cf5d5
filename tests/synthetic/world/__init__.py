"""Tests of `vrp_pipeline/synthetic/world`."""
