"""What the program costs, beside the least that work of the same shape could cost: `make bench`. Not tests, and never timed by tests."""

USABLE = "usable"
"""What a started window prints when a person could begin; here because a measured start must bring nothing else for it."""
