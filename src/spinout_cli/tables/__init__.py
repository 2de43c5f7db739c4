"""Many assessments as tidy tables."""
