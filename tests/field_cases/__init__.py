"""What really happened to others, as deliveries that this pipeline must survive.

Each test is a public report of trouble, rebuilt with invented people. It demands no one mechanism: a file may be read,
refused or put aside, but every row that the test made stands somewhere, and whoever asks is told why.
"""
