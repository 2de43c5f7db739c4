"""The terminal: drawn and plain screens, keys, signals."""
