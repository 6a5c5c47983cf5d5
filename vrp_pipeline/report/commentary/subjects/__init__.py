"""What a sentence is about, and the numbers that the publication prints of it."""
