"""The reference central server. Imports records and nothing of the desktop."""
