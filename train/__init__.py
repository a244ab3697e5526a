"""The recipe that trains a vision-language model on the questions: supervised first, then with rewards."""
