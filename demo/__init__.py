"""The day in an office that `make run` plays. Starts the server as a process; imports no server code."""
