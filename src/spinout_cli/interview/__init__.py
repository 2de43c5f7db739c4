"""One person answering: screens, replies and the events they make."""
