"""Words that say where something is said, not what: "According to the document, it opened in 1934."."""

from __future__ import annotations

import re

from index.negation import negations
from index.words import content_stems
from qa.verifying.composing import composed

_WORK = (
    r"(?:the|this) (?:provided |given |cited )?"
    r"(?:document|text|passage|article|evidence|source|excerpt|context|report|information)s?"
)
_SAYS = r"(?:says?|states?|mentions?|notes?|explains?|reports?|indicates?|tells? us|describes?|confirms?|shows?)"
_FRAME = re.compile(
    rf"^(?:(?:according to|based on|as (?:stated|mentioned|described) in) {_WORK},? |{_WORK} {_SAYS} that |"
    rf"it is (?:stated|mentioned|said) (?:in {_WORK} )?that )|"
    rf",? (?:according to|as (?:stated|mentioned) in) {_WORK}(?=[.!]?$)",
    re.IGNORECASE,
)
# "This evidence provides details about the bridge.", "This is a list of facts.": of what was shown, and nothing of it.
_IS_ABOUT_THE_EVIDENCE = re.compile(
    r"^(?:(?:the|this) (?:evidence|information|context|passage|excerpt|list|question|answer)|this)(?: also)? (?:"
    r"(?:contains?|provides?|gives?|includes?|offers?|has) (?:\w+ ){0,3}(?:information|details|facts|evidence|data)\b|"
    r"(?:is|are) (?:a|the) (?:list|question|set|collection|piece)\b|(?:is|are) (?:closely )?related to\b)",
    re.IGNORECASE,
)

# "Isn't it public?" is answered by "It is public."; "Can you tell me who signed it?" by more than that.
_ASKS_WHETHER = re.compile(
    r"\W*(?:(?:so|and|but|then|well|ok|okay|hi|hello|hey|please)\b\W*)*"
    r"(?:am|is|are|was|were|do|does|did|has|have|had|ca|can|could|wo|will|would|shall|should|may|might|must|need)"
    r"(?:n?['’]t)?\b|.*\bwhether\b",
    re.I | re.S,
)
_ASKS_POLITELY = re.compile(
    r"\byou (?:please )?(?:tell|know|say|show|explain|give)\b.*\b(?:who|whom|whose|what|which|when|where|why|how)\b",
    re.I | re.S,
)
_ASKS_OPENLY = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_NAMES_THE_ANSWERS = re.compile(r"\bor\b", re.IGNORECASE)

_ABOUT_THE_EVIDENCE = "It is about the evidence, not about what was asked."
_NO_MORE = "It says no more than the question."


def unframed(claim: str) -> str:
    """The claim without them: what has to be supported."""
    return _FRAME.sub("", claim).strip()


def states_nothing(claim: str, asked: str) -> str | None:
    """Why a claim, true or not, is no answer, in a sentence; None if it may be one.

    Args:
        claim: without its frame.
        asked: the question. One that asks whether something is so, or which of two, is answered in its own words.
    """
    claim, asked = composed(claim), composed(asked)
    if _IS_ABOUT_THE_EVIDENCE.match(claim):
        return _ABOUT_THE_EVIDENCE
    is_open = _ASKS_OPENLY.search(asked) and not _asks_whether(asked) and not _NAMES_THE_ANSWERS.search(asked)
    is_as_negated = len(negations(claim)) == len(negations(asked))
    if is_open and is_as_negated and set(content_stems(claim)) <= set(content_stems(asked)):
        return _NO_MORE
    return None


def _asks_whether(question: str) -> bool:
    """Whether yes or no would answer it."""
    return _ASKS_WHETHER.match(question) is not None and not _ASKS_POLITELY.search(question)
