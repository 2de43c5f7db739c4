"""Checks for authors: what is wrong with a question set that loads."""
