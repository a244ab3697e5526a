"""Models that need no weights: what luck, habit, wording or plain optical flow score on the benchmark."""
