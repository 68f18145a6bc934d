"""The editors: one per field kind, written out in `registry.EDITORS`; a conformance test names a kind without one."""
