"""Releases: row accounts that must balance, provenance, and immutable copies of the tested marts.

Holds the copying of what dbt has built and tested to where readers find it. Building and testing belong to dbt,
publishing figures to `report`.
"""
