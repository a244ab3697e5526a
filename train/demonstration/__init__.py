"""A model of a few million weights that learns from simulated clips on a processor: the whole chain."""
