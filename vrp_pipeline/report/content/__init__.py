"""What writers of published files may read: protected figures, numbers that follow from them, and evidence."""
