"""Models of every versioned JSON document; nothing is computed but their own rules."""
