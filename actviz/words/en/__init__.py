"""English: from what is said, by its key, to a sentence."""
