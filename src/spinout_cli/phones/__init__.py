"""Voting by phone in a workshop: an HTTP server on the local network, and what it serves."""
