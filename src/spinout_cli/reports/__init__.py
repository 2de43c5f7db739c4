"""Reports: documents and summaries as text, pages and files."""
