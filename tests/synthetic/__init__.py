"""Tests of the synthetic data: repeatable, in the contracted formats, and with a valid truth."""
