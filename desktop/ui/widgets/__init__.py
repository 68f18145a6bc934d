"""Building blocks of screens that know nothing of record types."""
