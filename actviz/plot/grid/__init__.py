"""Histograms in rows and columns, a panel for each layer."""
