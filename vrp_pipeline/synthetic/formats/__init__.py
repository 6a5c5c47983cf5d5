"""Files as agencies write them, with equal bytes for equal contents, and broken copies of them."""
