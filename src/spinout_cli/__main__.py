"""The entry point of `spinout` and of `python -m spinout_cli`."""

import gc
import signal

# The default threshold of 700 would start the cyclic GC over and over: 110,000 objects are made up to the
# first question, and nearly all of them stay.
gc.set_threshold(200_000)

# Until a session begins, Ctrl-C ends the process by the signal's default action: a KeyboardInterrupt raised
# during an import would print a traceback, or be lost in a clean-up.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from spinout_cli.cli.app import main  # noqa: E402  (after the signal is set)

if __name__ == "__main__":
    main()
