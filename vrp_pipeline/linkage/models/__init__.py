"""Versioned linkage models: Splink settings as JSON, one file per version, and the code that loads and saves them."""
