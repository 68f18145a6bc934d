"""The desktop program: one office's everyday work on a local encrypted file, in agreement with a central server whenever a line is up."""
