"""The vocabulary of contracts: the types from which the agencies' modules declare their feeds.

Declarations only. `feed` is the whole, the other modules are its parts. `landing` reads files, `ingest` conforms
values, and `expectations/` holds the suites that judge a partition; `generated` writes the part of a suite that follows
from the contract.
"""
