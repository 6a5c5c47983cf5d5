"""Tests of what a sentence is about."""
