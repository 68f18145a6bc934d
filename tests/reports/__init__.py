"""What leaves the program in a file."""
