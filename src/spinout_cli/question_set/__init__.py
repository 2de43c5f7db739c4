"""The question set: its model, its conditions, loading and checking."""
