"""Excel and other output. The only importer of the libraries that write it; columns come from the record types."""
