"""Which verifier goes with a retriever."""

from __future__ import annotations

from langchain_core.retrievers import BaseRetriever

from index.encoding import load_encoder
from index.late_encoding import LateEncoder
from index.retrieval import EvidenceRetriever
from qa.verifying.fitted import FittedVerifier
from qa.verifying.protocol import Verifier


def default_verifier(retriever: BaseRetriever) -> Verifier:
    """The fitted one, over the token vectors that the retriever's library holds; nothing is loaded before it judges."""
    if isinstance(retriever, EvidenceRetriever):
        return FittedVerifier(retriever.encoder, retriever.library)
    return FittedVerifier(LateEncoder(load_encoder))
