"""Inspection of the executorch backend's artifacts."""
