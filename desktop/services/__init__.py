"""What a user may do, one small module per area. No Qt, no SQL."""
