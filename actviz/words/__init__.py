"""Every text of figures, notebooks and diagnoses, made from values: nothing is measured here."""
