"""What is wrong with a question set that loads."""
