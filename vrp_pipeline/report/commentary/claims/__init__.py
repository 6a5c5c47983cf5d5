"""What a sentence claims, from its words alone: changes, comparisons and numbers."""
