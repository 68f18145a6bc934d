"""The rules of single record types, one module for each area; `records.checks` says when they run."""
