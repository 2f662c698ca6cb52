"""Documents in, ranked evidence out. Imports nothing from `qa`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.document import Document, Passage, Span
    from index.encoding import load_encoder
    from index.library import Library
    from index.loading import load
    from index.retrieval import EvidenceRetriever

__all__ = ["Document", "EvidenceRetriever", "Library", "Passage", "Span", "load", "load_encoder"]

_ROOMS = {
    "EvidenceRetriever": "index.retrieval",
    "Library": "index.library",
    "load": "index.loading",
    "load_encoder": "index.encoding",
}


def __getattr__(name: str) -> Any:
    # Only when asked for: torch and Chroma take seconds to import.
    if name not in __all__:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_ROOMS.get(name, "index.document")), name)
