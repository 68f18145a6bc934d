"""Receipts: numbers without a line, the counter, the day that closes, and the papers."""
