"""Where everything lives: zones, atomic writes, bronze, verdicts, releases and their pointer."""
