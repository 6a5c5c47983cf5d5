"""Tests of `vrp_pipeline/landing/readers`."""
