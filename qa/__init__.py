"""Questions in, verified citations out, and the front ends that show them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answer import Answer, Citation, Refusal, Statement
    from qa.chain import Ask, CitedAnswers, build_chain

__all__ = ["Answer", "Ask", "Citation", "CitedAnswers", "Refusal", "Statement", "build_chain"]

_CHAIN = frozenset(("Ask", "CitedAnswers", "build_chain"))


def __getattr__(name: str) -> Any:
    # Only when asked for: the command line tells its usage before LangChain is imported.
    if name not in __all__:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    return getattr(import_module("qa.chain" if name in _CHAIN else "qa.answer"), name)
