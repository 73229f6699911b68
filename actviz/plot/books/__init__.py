"""Figures as the textbooks print them."""
