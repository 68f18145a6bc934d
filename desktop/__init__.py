"""The desktop program: an office's records in one local encrypted file, useful without a network."""

VERSION = "0.1.0"
"""Of this program; the same as in pyproject.toml. Written here, for a copy run from its folder has no package metadata."""
