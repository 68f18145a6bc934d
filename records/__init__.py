"""The shared words: what a record is, on every desk and on the server.

Pure: no files, clock, network, SQL or Qt. The desktop and the central server both import this package and nothing of each other.
"""

VERSION = "0.1.0"
"""The version of the program, desktop and server alike."""
