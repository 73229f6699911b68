"""The overview: each stack a strip of small histograms, with a word over it."""
