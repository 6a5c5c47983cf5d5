"""What `make bench` measures: the cost of every stage, of every reader, and of the floor for comparison.

Results are reported and never asserted: nothing here fails because a machine is slow. Run `python -m tests.benchmarks
--help`.
"""
