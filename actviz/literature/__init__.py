"""The named figures as data: stacks, published numbers and their sources."""
