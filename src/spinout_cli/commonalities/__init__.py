"""Many assessments counted, and what of the counts may be published."""
