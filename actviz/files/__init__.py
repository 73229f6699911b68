"""Records, pictures and drifts on disk, and a notebook's page."""
