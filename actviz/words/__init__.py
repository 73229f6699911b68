"""All that figures, notebooks and diagnoses say, made from values; nothing is measured or drawn."""
