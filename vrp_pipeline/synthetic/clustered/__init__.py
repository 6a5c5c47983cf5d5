"""The second world, "clustered": violence that clusters, repeats, is reported late and is recorded carelessly.

It shares the ground (districts, small areas, places), the calendar, the table of offences and the agencies' formats
with the first world, and none of its laws: where, when and to whom violence happens, who learns of it, and what each
agency writes down are laws of its own. No model is trained and no parameter is chosen on it, so that it can judge them.
The laws are listed in docs/synthetic.md#clustered; every rate without a source is an assumption [P].
"""
