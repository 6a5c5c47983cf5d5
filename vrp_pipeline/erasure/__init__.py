"""Removal of rows: those about erased people, and those of months past their retention.

Finds such rows in deliveries, bronze and quarantine and removes them; a redacted file then stands in place of the file
as received. Erasures are recorded in `lake.erasures`, retention periods are set in `calendar.retention_periods`.
"""
