"""Claim + quotes -> verdict: do the quoted words support what is claimed?

`FittedVerifier` is what the chain uses; `LexicalVerifier` needs no model; `qa.verifying.nli` and `qa.verifying.judge`
have others, behind the same Protocol.
"""

from qa.verifying.default import default_verifier
from qa.verifying.fitted import FittedVerifier
from qa.verifying.lexical import LexicalVerifier
from qa.verifying.protocol import Judgement, Place, Quote, Verifier

__all__ = ["FittedVerifier", "Judgement", "LexicalVerifier", "Place", "Quote", "Verifier", "default_verifier"]
