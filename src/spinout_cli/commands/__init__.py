"""One file per command: its options, and what it calls; the work goes elsewhere, imported late."""
