"""Tests of the pipeline's guarantees; the folders mirror the packages, `support/` holds what tests share."""
