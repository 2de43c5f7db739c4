"""`python -m spinout_cli`."""

from spinout_cli.cli import main

main()
