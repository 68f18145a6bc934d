"""What the program costs, beside the least that work of the same shape could cost: `make bench`. Not tests, and never timed by tests."""
