"""Text that people write, checked before it stands beside the published figures.

`texts` reads the passages and orders their checks, `screening` refuses what may tell of a person. `subjects` finds what
a sentence is about, `claims` what it claims, `checks` whether the publication bears that out.
"""
