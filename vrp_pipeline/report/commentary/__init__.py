"""Text that people write: read, screened for what may not be published, and checked against the published figures."""
