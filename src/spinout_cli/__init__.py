"""An assessment of what stands in the way of spinning a public service out, and what helps."""

__version__ = "0.2.0.dev0"
