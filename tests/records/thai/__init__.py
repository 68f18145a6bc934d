"""Tests of what is Thai about records."""
