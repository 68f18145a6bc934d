"""What a clerk sees. The only importer of PySide6; no SQL, no network, no files."""

from desktop.ui.none_guard import keep_none_alive

keep_none_alive()
