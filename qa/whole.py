"""Questions about whole documents. English only."""

from __future__ import annotations

import re

_WORK = r"(?:articles?|documents?|texts?|files?|papers?|pages?|stor(?:y|ies)|reports?)"
_WHOLE = re.compile(
    r"\b(?:summari[sz]e|summary|overview|tl;?dr|gist|takeaways?|"
    r"(?:main|key) (?:points?|ideas?|topics?|themes?|arguments?|messages?|takeaways?|facts))\b|"
    rf"\bwhat(?:['’]s| is| are| does| do)\s+(?:all\s+)?(?:(?:this|these|that|the|my|your|our)\s+)?(?:{_WORK}|it)\s+"
    r"(?:all\s+|mainly\s+|mostly\s+)?(?:about|say|saying|cover|discuss|deal with|describe)\W*$|"
    r"^\W*what (?:topics?|subjects?) (?:are|is|does|do)\b.*\b(?:cover|discuss)(?:ed)?\W*$|"
    rf"\b(?:tell me|explain)\s+(?:more\s+)?(?:about|what is in)?\s*(?:this|the|my) {_WORK}\W*$",
    re.I,
)
# "What is the contract about?": about a whole document if that is what it names.
_ABOUT = re.compile(
    r"^\W*(?:(?:can|could) you |please )*(?:"
    r"what(?:['’]s|\s+is|\s+are)\s+(?!in\b)(?P<about>.+?)\s+(?:all |mainly |mostly )?about|"
    r"what(?:['’]s|\s+is)\s+(?:in|inside|written in)\s+(?P<inside>.+?)|"
    r"what do(?:es)?\s+(?P<says>.+?)\s+(?:say|cover|contain|deal with|discuss|describe)|"
    r"(?:explain|describe|outline|sum up|recap|tell me (?:more )?about)\s+(?P<explained>.+?)(?:\s+to me)?"
    r")\W*$",
    re.I,
)
# "What does the contract say about termination?" is about a section, if one is called so.
_SAYS = re.compile(
    r"^\W*(?:(?:and|but|so|also|please|tell me)\W+)*what(?:['’]s|\s+is|\s+are|\s+do(?:es)?)\s++(?:.+\s)?"
    r"(?:say|said|states?|stated|mention|mentioned|written|(?:rules|provisions|terms|polic(?:y|ies)|guidelines))\s+"
    r"(?:(?:in|by)\s.+?\s)?(?:about|on|for|regarding|concerning)\s+(?P<topic>\S.*?)\W*$",
    re.I | re.S,
)
# "What are the side effects of Velorinase?" asks for a section, if one is called so.
_LISTS = re.compile(
    r"^\W*(?:(?:and|but|so|also|please|(?:can|could) you)\W+)*"
    r"(?:what (?:are|were)|which (?:are|were)|list|(?:give|show|tell) me)\s+(?:all\s+)?(?:of\s+)?"
    r"(?:(?:the|its|their|our|your|my)\s+)?(?P<listed>\S.*?)\W*$",
    re.I | re.S,
)
# "How do I set up the router?" asks for all steps, if a section is called "Set-up".
_HOW_TO = re.compile(
    r"^\W*(?:(?:and|but|so|also|please)\W+)*how (?:to|(?:do|can|could|should|must|would) (?:i|we|you|one))\s+"
    r"(?P<listed>\S.*?)\W*$",
    re.I | re.S,
)
# "Side effects of Velorinase?" does, too: a few words that are no question.
_FRAGMENT = re.compile(
    r"^\W*(?!(?:who|whom|whose|what|which|where|when|why|how|is|are|was|were|do|does|did|can|could|may|must|should|will|"
    r"would|has|have|had|am)\b)(?P<listed>\w\S*(?:\s+\S+){0,5}?)\W*$",
    re.I,
)
_OWNED = re.compile(r"\s+(?:of|in|for|from|with|to)\s+", re.I)
_DONE_TO = re.compile(r"\s+(?=(?:the|this|my|our|your|an?)\s)", re.I)
_PEOPLE = r"(?:people|persons|figures|characters|actors|players|parties|names)"
_ALL = re.compile(
    r"\b(?:time ?line|chronology|sequence of events|course of events)\b|"
    rf"^\W*who (?:is|are|was|were) (?:all )?(?:involved|mentioned|named)\b|"
    rf"^\W*(?:who|which|what) (?:is|are|was|were)? ?(?:all )?(?:the )?(?:main|key|important|involved)? ?{_PEOPLE}\b|"
    rf"\b(?:list|name) (?:all |every )?(?:of )?(?:the )?(?:main |key |important )?{_PEOPLE}\b",
    re.I,
)


def asks_about_the_whole(question: str) -> bool:
    """Whether a question is about a whole document (a summary, its topic), not about something in it."""
    return _WHOLE.search(question) is not None


def asked_about(question: str) -> str | None:
    """What the whole question asks about, without saying anything else: perhaps a document."""
    found = _ABOUT.match(question)
    return next((part for part in found.groups() if part), None) if found else None


def said_about(question: str) -> tuple[str, str] | None:
    """Who or what is asked to say something, and on what topic, if a question is put so: "What does the contract say
    about ", "termination"."""
    found = _SAYS.match(question)
    return (question[: found.start("topic")], found["topic"]) if found else None


def listed(question: str) -> list[tuple[str, str]]:
    """What is asked to be listed, and of what, as it may be read: "terms of payment", "" and "terms", "payment"; or how
    to do what, to what: "set up", "the router"."""
    found = _LISTS.match(question) or _HOW_TO.match(question) or _FRAGMENT.match(question)
    if found is None:
        return []
    phrase = found["listed"]
    apart = _DONE_TO if found.re is _HOW_TO else _OWNED
    owned = [(phrase[: of.start()], phrase[of.end() :]) for of in apart.finditer(phrase)]
    return [(phrase, ""), *owned[::-1]]


def asks_about_all(question: str) -> bool:
    """Whether only all of a document answers it, though in details: a timeline, who is involved."""
    return _ALL.search(question) is not None
