"""Frozen values: what is run, and what was found. No disk, no clock, no randomness."""
