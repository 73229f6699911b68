"""A view of single values: units across, inputs down, layer by layer."""
