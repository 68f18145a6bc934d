"""Where the server keeps what it was told, behind one contract. The only importer of a database in the server."""
