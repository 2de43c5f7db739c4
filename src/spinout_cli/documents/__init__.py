"""Every versioned JSON document, and nothing computed but its own rules."""
