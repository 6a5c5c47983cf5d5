"""Tests of what a sentence claims."""
