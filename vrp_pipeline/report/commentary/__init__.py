"""Text that people write, checked before it is published with the figures.

`texts` reads the passages and runs the checks, and `screening` refuses what may identify a person. `subjects` finds
what a sentence is about, `claims` what it claims, and `checks` whether the publication supports the claim.
"""
