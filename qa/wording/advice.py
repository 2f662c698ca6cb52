"""Advice, as manuals and offices give it, turned into what its readers would ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.wording.templates import Wording

_DO = (
    "use|set|run|go|select|click|see|make|call|visit|create|add|open|follow|contact|complete|specify|enter|enable|"
    "choose|configure|apply|submit|check|install|start|do not|don’t|don't|report|ask|send|fill|log|sign|review|try|"
    "remove|upgrade|update|verify|ensure|consider|bring|request|provide|talk|seek|avoid|keep"
)
_WHAT = r"(?:[a-z]+ly )?(?P<what>(?!{0})[a-z’']+ [^,;:.]+"
_NO_AIM = r"(?:date|this|the|my|an?|be|learn|find|know|see|have|get|use|do)\b"

_ADVICE = (
    (rf"To {_WHAT.format(_NO_AIM)}), (?:you (?:must|can|need|should|have)|{_DO})\b", "How can I {}?", 0.85),
    (rf"If you (?:want|wish|need|would like) to {_WHAT.format(_NO_AIM)}), ", "How can I {}?", 0.85),
    (
        rf"(?:[A-Z][^,]{{3,60}}, )?[Yy]ou can (?:also )?{_WHAT.format(_NO_AIM)}?)"
        r" (?:by [a-z]+ing|using|with the|through the|from the|on the|in the|online|at) ",
        "How can I {}?",
        0.8,
    ),
    (rf"You (?:need|must have) [^,;:.]+? to {_WHAT.format(_NO_AIM)})$", "What do I need to {}?", 0.8),
    (
        rf"If you {_WHAT.format('want|wish|need|would')}), (?:you (?:should|must|need)|please|{_DO})\b",
        "What should I do if I {}?",
        0.75,
    ),
)
_ADVICE_PATTERNS = tuple((re.compile(pattern), wording, merit) for pattern, wording, merit in _ADVICE)
_LONGEST = 10  # words of the aim
_VAGUE = re.compile(r"\b(?:any|each|such|more|most|same|one|me|I|if|it|them|what|how)\b|['’]s\b")
_MINE = {"your": "my", "yours": "mine", "yourself": "myself"}


def questions_about_advice(text: str) -> Iterator[Wording]:
    """Of a sentence without its full stop: "To do X, select Y" -> "How can I do X?" """
    for pattern, wording, merit in _ADVICE_PATTERNS:
        found = pattern.match(text)
        if found and len(found["what"].split()) <= _LONGEST and not _VAGUE.search(found["what"]):
            yield Wording(wording.format(_in_first_person(found["what"])), merit)


def _in_first_person(text: str) -> str:
    text = re.sub(r"^(?:are|’re|'re)\b", "am", text)
    text = re.sub(r"\byou are\b", "I am", text)
    text = re.sub(r"\byou (?=[a-z])", "I ", text)
    return re.sub(r"\b(?:yours?|yourself)\b", lambda match: _MINE[match[0]], text)
