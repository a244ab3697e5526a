"""Measurements to statements: labels with margins and proofs; thresholds and option sets as data."""
