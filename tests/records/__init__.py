"""Tests of the shared records package."""
