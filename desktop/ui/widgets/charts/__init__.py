"""Pictures of numbers, drawn by QPainter."""
