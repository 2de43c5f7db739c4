"""Answers in: files, folders and streams, and the worker processes that share them."""
