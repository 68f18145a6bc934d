"""Sheets in: read, map columns, preview, apply, undo. The only importer of the library that reads them."""
