"""Measuring artifacts: for now a first look at latency on this machine."""
