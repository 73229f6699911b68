"""The data sets that nets are trained on, and the files they come from."""
