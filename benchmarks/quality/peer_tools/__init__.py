"""Other tools that quantise the same checkpoints, each as its documentation says."""

from peer_tools import executorch_peers, litert_peers, onnxruntime_peers
from peer_tools.peer import Peer

PEERS: tuple[Peer, ...] = (
    *onnxruntime_peers.PEERS,
    *litert_peers.PEERS,
    *executorch_peers.PEERS,
)

__all__ = ["PEERS", "Peer"]
