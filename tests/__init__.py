"""The tests: they mirror the code. Only tests import both the desktop and the server."""
