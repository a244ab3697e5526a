"""What the slots of the bank are filled with in tests."""
