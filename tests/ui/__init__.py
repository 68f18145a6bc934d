"""Tests of what a clerk sees, through visible widgets."""
