"""What a person looks at: the gallery of a folder, the proof of one answer, a row in a notebook."""
