"""Months, due dates, arrivals, and the state of each feed and month.

What belongs here: month arithmetic, what a feed owes when, how its deliveries arrived, and whether a month may be
counted. What does not: reading deliveries (`landing`) or judging their rows (`validation`).
"""
