"""Answers in: files, folders, streams, and the workers that share them out."""
