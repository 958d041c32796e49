"""Inspection of the litert backend's artifacts."""
