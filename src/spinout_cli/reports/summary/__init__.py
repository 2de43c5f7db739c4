"""The summary of an assessment, one module a format."""
