"""What `make bench` runs: the cost of every stage, of every reader, and of the floor beside them.

Reported, never a timed test: nothing here fails because a machine is slow. Run `python -m tests.benchmarks --help`.
"""
