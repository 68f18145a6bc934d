"""Tests of desktop.storage on real encrypted files."""
