"""The rooms that open files, and a notebook's page."""
