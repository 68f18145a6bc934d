"""Pictures of numbers, painted by hand."""
