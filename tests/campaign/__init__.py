"""The campaign: every feed's delivery changed at random, and what the pipeline makes of it set against an oracle."""
