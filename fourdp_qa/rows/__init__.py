"""The Row and everything that defines a column, an id, a digest or a prompt."""
