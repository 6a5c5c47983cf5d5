"""From a draft to a public version: approvals, the time of publication, notices, and what changed since the last."""
