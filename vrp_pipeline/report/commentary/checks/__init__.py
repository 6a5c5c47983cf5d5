"""Whether the publication supports what a sentence claims."""
