"""Small areas and the grid on which points are placed.

What belongs here: geometry that needs Python. Places of rows and equal-area hexagons are worked out in dbt.
"""
