"""Hot spots: what is made of the tables of a release, a map to act on and the judgement of the ranking.

Belongs here: reading `rpt_hot_spots` and `dim_hexagon`, the map and GeoJSON, and how well rankings foretell a year held
out. Does not: counting and the statistics of hexagons, which is done by dbt.
"""
