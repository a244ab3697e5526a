"""Segment to Measurements: numbers only, pure functions, no labels."""
