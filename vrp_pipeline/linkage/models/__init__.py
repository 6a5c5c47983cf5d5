"""The linkage models in git: Splink settings as JSON, one file a version, and how they are read and saved."""
