"""The deployment graph: SqueezeBERT in the shape that ARM kernels like, exactly equal to it."""

from edgebert.exporter.graph.deployment import DeploymentGraph

__all__ = ["DeploymentGraph"]
