"""The workstation side: a checkpoint becomes a verified bundle.

    checkpoint -> graph (compared with the checkpoint) -> calibration -> quantization
               -> lowering -> verification -> gate -> bundle

``job`` walks that way; each package on it knows only those before it.
"""
