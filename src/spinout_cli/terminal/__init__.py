"""The terminal: two ways of drawing, keys, signals."""
