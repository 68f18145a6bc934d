"""What leaves the program on paper or in a file; columns come from the fields of a record type."""
