"""Files in the agencies' formats, with equal bytes for equal content, and broken copies of them."""
