"""The data pipeline of a Violence Reduction Partnership: from delivered files to a published annual report."""
