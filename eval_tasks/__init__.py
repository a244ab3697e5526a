"""Scoring of answers, and the lmms-eval tasks that use it."""
