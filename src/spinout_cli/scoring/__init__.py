"""From answers to a result: which answers count, what they are worth, what to do next."""
