"""Tests state promises; their folders mirror the package's rooms."""
