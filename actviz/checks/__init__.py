"""Record × Baseline -> Report. No pytest, no printing, no disk."""
