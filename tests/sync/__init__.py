"""Tests of desktop/sync against the real store and the real server code."""
