"""The deployment graph: SqueezeBERT in the shape that ARM kernels like, exactly equal to it."""

from edgebert.exporter.graph.deployment import PAIR_TASKS, DeploymentGraph

__all__ = ["PAIR_TASKS", "DeploymentGraph"]
