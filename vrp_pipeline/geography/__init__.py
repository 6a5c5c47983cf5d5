"""Small areas and the grid used to place points in them.

Holds geometry that needs Python. Placing rows in areas and equal-area hexagons are done in dbt.
"""
