"""The workstation side: a checkpoint becomes a verified bundle.

    checkpoint -> graph -> calibration -> quantization -> lowering -> verification -> bundle

``job`` walks that way; each package on it knows only those before it.
"""
