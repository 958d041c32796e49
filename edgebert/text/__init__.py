"""Text to token ids on the device: BERT's normalisation and WordPiece in plain Python."""

from edgebert.text.config import TokenizerConfig
from edgebert.text.encoding import Encoding
from edgebert.text.tokenizer import WordPieceTokenizer
from edgebert.text.truncation import Truncation
from edgebert.text.vocabulary import load_vocabulary

__all__ = [
    "Encoding",
    "TokenizerConfig",
    "Truncation",
    "WordPieceTokenizer",
    "load_vocabulary",
]
