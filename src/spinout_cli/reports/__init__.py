"""The ways in which a summary can be shown: each one only draws what `summary` has worded."""
