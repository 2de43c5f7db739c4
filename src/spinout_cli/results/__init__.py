"""Results compared, explained and put into words."""
