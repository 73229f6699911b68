"""What a training did, as curves, strips and maps."""
