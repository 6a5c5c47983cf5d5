"""Input that is wrong, and what becomes of it: `test_list.py` names for each kind the test that proves it."""
