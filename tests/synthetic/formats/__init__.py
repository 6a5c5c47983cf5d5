"""Tests of `vrp_pipeline/synthetic/formats`."""
