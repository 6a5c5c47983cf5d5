"""Invalid input and its outcome: `test_list.py` names for each kind the test that proves it."""
