"""The commands of `thongthin`, one module per group; each turns arguments into one call of the office and prints its result."""
