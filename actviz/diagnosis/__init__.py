"""What is wrong with a stack, from its Record alone, and what mends it."""
