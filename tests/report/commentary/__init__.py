"""Tests of the commentary that people write."""
