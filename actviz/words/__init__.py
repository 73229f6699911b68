"""Every text of a figure, made from values; nothing is measured or drawn here."""
