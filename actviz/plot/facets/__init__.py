"""A facet for every stack: overlay, ridge and depth."""
