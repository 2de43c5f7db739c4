"""What `spinout` and `python -m spinout_cli` run."""

import gc
import signal

# Python looks for garbage after 700 new objects, and to the first question 110,000 are made that all stay.
gc.set_threshold(200_000)

# Until somebody sits there, Ctrl-C just ends the program, as it does most: an exception that comes
# wherever Python happens to be would print a traceback, or be lost in a clean-up.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from spinout_cli.cli.app import main  # noqa: E402  (the loading is meant)

if __name__ == "__main__":
    main()
