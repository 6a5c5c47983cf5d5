"""Tests of whether the publication bears a sentence out."""
