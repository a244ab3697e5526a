"""From a model's free text to a verdict and to the numbers of a report; NumPy only."""
