"""Months, due dates, arrivals, and the status of each feed and month.

Holds month arithmetic, what a feed owes and when, how its deliveries arrived, and whether a month may be counted.
Reading deliveries belongs to `landing`, validating their rows to `validation`.
"""
