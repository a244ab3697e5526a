"""The dataset folder: write it, read it back, load it, check it, freeze it as a benchmark."""
