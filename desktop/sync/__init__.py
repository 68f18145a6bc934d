"""Agreement with the central server, round by round. Plain Python: knows nothing of Qt, services or screens."""
