"""Measuring bundles on devices: plan, worker, targets, records, statistics.

The host makes a plan (`protocol`), a target (`targets`) runs the worker on the device with it, and
what the worker sends is appended to a file (`records`), which `results` sums up.
"""
