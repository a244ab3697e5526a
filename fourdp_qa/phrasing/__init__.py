"""Words: templates as data, names of objects, labels and answers in English."""
