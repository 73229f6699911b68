"""What a stack is made of: signals, activations, initializers and their laws, the dense layer."""
