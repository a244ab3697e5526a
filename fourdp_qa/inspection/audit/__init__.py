"""The audit: what a set of questions is made of, and what can be answered without watching."""
