"""What a clerk sees. The only importer of PySide6; no SQL, no network, no files."""
