"""Tracks of types 12 and 13: read, judged and scored as TAP-Vid scores them."""
