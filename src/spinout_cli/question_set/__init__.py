"""What can be asked: the model of a question set, its conditions, how it is loaded and checked."""
