"""Releases: row accounts that must balance, provenance, and immutable copies of the tested marts.

Copies the tables that dbt has built and tested to where readers open them. Building and testing belong to dbt,
publishing figures to `report`.
"""
