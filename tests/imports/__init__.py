"""Reading sheets."""
