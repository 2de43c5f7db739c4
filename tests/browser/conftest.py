"""These tests need a browser; `nox -s browser` brings one and says where it is."""

import os

collect_ignore_glob = [] if os.environ.get("SPINOUT_AXE") else ["test_*.py"]
