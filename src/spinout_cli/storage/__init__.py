"""The session file on disk: an append-only journal, locked, synced and recoverable."""
