"""One folder per source of 4D data, and the registry that finds them."""
