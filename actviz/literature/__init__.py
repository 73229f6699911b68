"""The named figures as data: what they run, their published numbers and their sources."""
