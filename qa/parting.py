"""A question that asks several things -> its parts. English only."""

from __future__ import annotations

import re

from index.splitting import split_sentences
from qa.wording.grammar import WHETHER

MOST = 3

_WORD = r"(?:who(?:m|se)?|what|which|when|where|why|how)"
_SUBJECT = (
    r"(?:it|they|he|she|the|there|this|that|these|those|his|her|its|their|my|our|your|we|i|you|anyone|anybody|"
    r"any|(?-i:[A-Z]\w*))"
)
_ASKS = re.compile(rf"\W*(?:and |so |also )?(?:(?:by|for|to|from|in|at|on|with) )?(?:{_WORD}|{WHETHER})\b", re.I)
# "When and where is the next meeting?"
_SHARED = re.compile(
    rf"\W*(?P<one>{_WORD})(?:,? and |, |/)(?P<other>(?:by )?{_WORD}) (?P<rest>{WHETHER}\b.+)", re.I | re.DOTALL
)
# "Who led the study, and how many took part?"
_JOINT = re.compile(
    rf"[,;]? and (?=(?:also )?(?:(?:by|for|to|from|in|at|on|with) )?(?:(?-i:{_WORD})\b|{WHETHER} {_SUBJECT}\b))", re.I
)
# "…, and in which cities?" says too little by itself, and so does "… and why?".
_FRAGMENT = re.compile(
    rf"\W*(?:and |also )?(?:(?:by|for|to|from|in|at|on|with) {_WORD}|when|where|why|how(?! (?:many|much)\b)|"
    rf"{_WORD}\W*$)(?!.*\b{WHETHER}\b)",
    re.I,
)
# "What is the difference between how it looks and how it works?"
_COMPARES = re.compile(r"\b(?:between|both|whether|differ\w*|relat\w+|depend\w*)\b", re.I)


def parts_of(question: str) -> tuple[str, ...]:
    """The parts, in order, each as it was put; none if it asks only one thing."""
    if shared := _SHARED.fullmatch(question.strip()):
        return tuple(f"{shared[which].capitalize()} {shared['rest']}" for which in ("one", "other"))
    sentences = [question[sentence.start : sentence.end] for sentence in split_sentences(question)]
    if len(sentences) > 1 and not all(sentence.endswith("?") for sentence in sentences):
        return ()
    parts = [part for sentence in sentences for part in _joined(sentence)]
    return tuple(parts) if 1 < len(parts) <= MOST else ()


def _joined(sentence: str) -> list[str]:
    cuts = [0, *(edge for joint in _JOINT.finditer(sentence) for edge in joint.span()), len(sentence)]
    parts = [sentence[start:end].strip() for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    if _COMPARES.search(sentence) or not all(map(_ASKS.match, parts)) or any(map(_FRAGMENT.match, parts)):
        return [sentence]
    return [part if part.endswith("?") else f"{part}?" for part in parts]
