"""A room answering: votes, notes, agreements and their record."""
