"""The desktop program: an office's records in one local encrypted file, useful without a network."""
