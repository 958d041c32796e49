"""Readers of files that others made, and inputs to begin from."""
