"""What a careful person reads in a file, with nothing but the standard library and the layouts' tables."""
