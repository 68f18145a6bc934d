"""The seeded simulation: real engine, real storage, real server code, a network that loses and repeats. See `history.py`."""
