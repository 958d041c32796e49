"""What this machine can do for int8 text encoders, and what it lacks."""

from edgebert.doctor.cpu import Cpu, parse_cpuinfo
from edgebert.doctor.diagnosis import Diagnosis, EngineState, Memory, diagnose

__all__ = ["Cpu", "Diagnosis", "EngineState", "Memory", "diagnose", "parse_cpuinfo"]
