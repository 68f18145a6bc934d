"""The local store: one encrypted SQLite file. The only importer of sqlite in the desktop."""
