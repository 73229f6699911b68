"""What is drawn on Axes: each takes values and returns its artists."""
