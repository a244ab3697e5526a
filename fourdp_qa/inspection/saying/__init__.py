"""What rows say, read from their words and answers alone."""
