"""What may break between, under and inside the programs, done on purpose."""
