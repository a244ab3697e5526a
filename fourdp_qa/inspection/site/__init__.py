"""A static site of a whole folder or benchmark: every question, its clip, filters, a link to each."""
