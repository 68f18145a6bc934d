"""The command line, as other programs script it."""
