"""The desktop program: an office's records in a local encrypted database, worked on with or without a line."""
