"""Question sets: one module a format, all read into the same records."""
