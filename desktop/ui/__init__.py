"""The window. The only importer of PySide6; no SQL, no network, no files."""
