"""Whether the publication bears out what a sentence claims."""
