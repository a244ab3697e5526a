"""Scenes to rows and clips in three phases: measure, select, write."""
