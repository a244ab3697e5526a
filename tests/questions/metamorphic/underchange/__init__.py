"""What the tests of this folder share: scenes, what is said of them, and how two tellings compare."""
