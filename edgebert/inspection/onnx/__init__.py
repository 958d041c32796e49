"""Inspection of the onnx backend's artifacts."""
