"""What was recorded elsewhere becomes a Record; alone in knowing foreign models."""
