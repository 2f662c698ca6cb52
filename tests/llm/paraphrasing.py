"""Other words for a sentence, by rules that keep its meaning: no number, name or negation changes.

The rules, in the order in which they are tried; each that applies is applied:

    aside       what stands in brackets, and a clause that only adds ("..., which is in France, ..."), is left out
    tail        what only adds at the end ("..., which he sold.", "...; it was sold.") is left out
    link        an opening "However," or "Moreover," and an "also" are left out
    date        "January 7, 2012" becomes "7 January 2012", and the other way round
    number      "two" becomes "2", "20%" becomes "20 percent", "1,000" becomes "1000", and the other way round
    voice       "A was built by B in 1934." becomes "B built A in 1934."
    opening     "In 1934, A opened." becomes "A opened in 1934.", and the other way round
    clause      "Although A, B." becomes "B, although A.", and the other way round
    apposition  "A, the B, did" becomes "A (the B) did"
    relative    "which was built" becomes "built"
    genitive    "the population of Rome" becomes "Rome's population", and the other way round
    contraction "did not" becomes "didn't", and the other way round
    synonym     at most three words of `synonyms`
    frame       "According to the document, ...", and its like: to three in ten, and to every one that is left as it was
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from index.term_weights import background
from index.words import FUNCTION_WORDS, stem
from tests.llm.synonyms import with_synonyms

FRAMED = 0.3
MOST_SYNONYMS = 3
LONGEST_PART = 7  # words of a part that is moved
SHORTEST = 8  # words of what is left of a sentence
SHORT = 22  # words of a sentence in which it is plain what a phrase at its end belongs to
COMMON = 0.01  # share of passages that have a word, above which it is no name

Rule = Callable[[str], str]
"""A sentence -> the same in other words, or as it was where the rule does not apply."""

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SMALL = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
_COUNTED = re.compile(
    rf"(?<=[a-z] )({'|'.join(_SMALL)})(?= (?!of|or|to|and|million|billion|hundred|thousand|other)[a-z]{{4,}})"
)
_AUXILIARIES = "is are was were do does did has have had could would should can will".split()
_SHORT_FORMS = (
    "isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't couldn't wouldn't shouldn't can't won't"
)
_CONTRACTIONS = {f"{verb} not": short for verb, short in zip(_AUXILIARIES, _SHORT_FORMS.split(), strict=True)}
_PAST = dict(zip("built led made held won written taken given chosen sold bought".split(),
                 "built led made held won wrote took gave chose sold bought".split(), strict=True))  # fmt: skip
_PREPOSITIONS = "In|On|At|By|During|After|Before|Since|From|Under|Until|Throughout|Between"
_CONJUNCTIONS = "Although|Though|Because|While|When|If|Since|As|After|Before|Once|Until"
_PASSIVE = re.compile(
    rf"(?P<one>[^,;:]+?) (?:was|were) (?P<verb>\w+ed|{'|'.join(_PAST)}) by "
    r"(?P<other>(?:the )?[A-Z][\w.’'-]*(?: (?:of|the|and|[A-Z][\w.’'-]*))*)"
    r"(?P<rest> (?:in|on|at|during|from) [^,;:]+)?\."
)
_OPENED = re.compile(rf"(?P<opening>(?:{_PREPOSITIONS}) [^,;:]{{3,50}}), (?P<rest>[^,;:]+)\.")
_ENDED = re.compile(r"(?P<rest>[^,;:]+?) (?P<end>(?:in|since|until|by|before|after) (?:\w+ )?\d{4})\.")
_CLAUSE_FIRST = re.compile(rf"(?P<clause>(?:{_CONJUNCTIONS}) (?!of\b)[^,;:]+), (?P<rest>[^,;:]+)\.")
_CLAUSE_LAST = re.compile(r"(?P<rest>[^,;:]+?),? (?P<clause>(?:because(?! of)|although|whereas|while) [^,;:]+)\.")
_NOUNS = "population|capital|president|author|director|king|queen|history|economy|mayor|ruler|size|founder|home"
_FRAMES = (
    "According to the document, {lower}.",
    "The document says that {lower}.",
    "The text states that {lower}.",
    "{whole}, according to the document.",
)


@dataclass(frozen=True)
class Paraphrase:
    """Other words, and the rules that made them."""

    text: str
    rules: tuple[str, ...]


def paraphrase(sentence: str, random: Random) -> Paraphrase:
    """The sentence in other words; the same generator state gives the same words."""
    text, applied = " ".join(sentence.split()), []
    for name, rule in RULES.items():
        changed = rule(text)
        if changed != text:
            applied.append(name)
            text = changed
    if not applied or random.random() < FRAMED:
        applied.append("frame")
        text = _framed(text, random.choice(_FRAMES))
    return Paraphrase(text, tuple(applied))


def _aside(text: str) -> str:
    text = re.sub(r" \([^()]{1,80}\)(?=[ ,.;:])", "", text)
    be = r"(?:is|are|was|were|had|has)"
    return re.sub(rf"^([^,]*\w), which {be} [^,;:()]{{3,60}},(?= {be}\b)", r"\1", text)


def _tail(text: str) -> str:
    """Not where quotation marks or brackets would be left open, nor where little would be left."""
    match = re.fullmatch(r"(?P<rest>.+?)(?:; [^;]+|, (?:which|who|whose|\w{3,}ing) [^,;]+)\.", text)
    rest = match["rest"] if match else ""
    is_whole = len(rest.split()) >= SHORTEST and rest.count('"') % 2 == 0 and rest.count("(") == rest.count(")")
    return f"{rest}." if is_whole else text


def _link(text: str) -> str:
    links = "However|Moreover|Furthermore|In addition|Additionally|Similarly|Also|Thus|Therefore|Nevertheless|Indeed"
    text = re.sub(rf"^(?:{links}), (\w)", lambda m: m[1].upper(), text)
    return re.sub(r"(?<=\w) also(?= [a-z])(?! (?:known|called))", "", text, count=1)


def _date(text: str) -> str:
    european = re.sub(rf"\b({_MONTHS}) (\d{{1,2}}), (\d{{4}})\b,?(?! \d)", r"\2 \1 \3", text)
    return european if european != text else re.sub(rf"\b(\d{{1,2}}) ({_MONTHS}) (\d{{4}})\b", r"\2 \1, \3", text)


def _number(text: str) -> str:
    for pattern, other in (
        (r"(?<=\d) ?%", " percent"),
        (r"(?<=\d) percent\b", "%"),
        (r"(?<=\d),(?=\d{3}(?:,\d{3})*\b)", ""),
    ):
        if (changed := re.sub(pattern, other, text)) != text:
            return changed
    return _COUNTED.sub(lambda match: str(_SMALL[match[1]]), text)


def _voice(text: str) -> str:
    match = _PASSIVE.fullmatch(text)
    if not match or not _is_movable(match["one"]) or re.search(r"\b(?:and|it|they)\b", match["one"], re.I):
        return text
    verb = _PAST.get(match["verb"], match["verb"])
    return f"{_upper(match['other'])} {verb} {_lower(match['one'])}{match['rest'] or ''}."


def _opening(text: str) -> str:
    if (match := _OPENED.fullmatch(text)) and _is_movable(match["opening"]) and _is_plain(match["rest"]):
        return f"{_upper(match['rest'])} {match['opening'][0].lower()}{match['opening'][1:]}."
    if (match := _ENDED.fullmatch(text)) and len(text.split()) <= SHORT and _is_plain(match["rest"]):
        return f"{_upper(match['end'])}, {_lower(match['rest'])}."
    return text


def _clause(text: str) -> str:
    if match := _CLAUSE_FIRST.fullmatch(text):
        return f"{_upper(match['rest'])}, {match['clause'][0].lower()}{match['clause'][1:]}."
    if (match := _CLAUSE_LAST.fullmatch(text)) and _is_plain(match["rest"]):
        return f"{_upper(match['clause'])}, {_lower(match['rest'])}."
    return text


def _apposition(text: str) -> str:
    return re.sub(
        r"^((?:[A-Z][\w’'-]* ?){1,4}), ((?:an?|the) [^,;:()]{3,60}), (?=(?:is|was|had|has|wrote|built|led|[a-z]+ed)\b)",
        r"\1 (\2) ",
        text,
    )


def _relative(text: str) -> str:
    return re.sub(r"\b(?:which|that|who) (?:is|are|was|were) (?=\w+ed\b)", "", text)


def _genitive(text: str) -> str:
    name = r"[A-Z][a-z]+(?: [A-Z][a-z]+)?"
    changed = re.sub(rf"\b[Tt]he ({_NOUNS}) of ({name})(?=[ ,.])(?! [A-Z])", r"\2's \1", text)
    if changed == text:
        verb = r"(?= (?:was|is|were|are|has|had)\b)"
        changed = re.sub(rf"(?<!of )\b({name})['’]s ((?:[a-z]+ ){{0,2}}[a-z]+){verb}", r"the \2 of \1", text, count=1)
    return _upper(changed)


def _contraction(text: str) -> str:
    for long, short in _CONTRACTIONS.items():
        for one, other in ((long, short), (short, long), (short.replace("'", "’"), long)):
            if re.search(rf"\b{one}\b", text):
                return re.sub(rf"\b{one}\b", other, text, count=1)
    return text.replace("cannot", "can't", 1)


def _is_movable(part: str) -> bool:
    return len(part.split()) <= LONGEST_PART and not re.search(r"\b(?:that|which|who)\b", part)


def _is_plain(rest: str) -> bool:
    """Whether there is one thing only that a phrase beside it can belong to."""
    return not re.search(r"\b(?:and|but|that|which|who|where)\b", rest)


def _framed(text: str, frame: str) -> str:
    body = text.rstrip(".")
    return text if body[-1:] in '!?"”' else frame.format(lower=_lower(body), whole=body)


def _lower(text: str) -> str:
    """The first word as it is written within a sentence; what may be a name keeps its capital."""
    first, *rest = re.findall(r"[\w’'-]+", text)
    is_word = first.casefold() in FUNCTION_WORDS or (
        background().get(stem(first), 0.0) >= COMMON and not (rest and rest[0][0].isupper())
    )
    return text[0].lower() + text[1:] if (is_word and first != "I" and not first.isupper()) or first == "A" else text


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


RULES: dict[str, Rule] = {
    "aside": _aside,
    "tail": _tail,
    "link": _link,
    "date": _date,
    "number": _number,
    "voice": _voice,
    "opening": _opening,
    "clause": _clause,
    "apposition": _apposition,
    "relative": _relative,
    "genitive": _genitive,
    "contraction": _contraction,
    "synonym": lambda text: with_synonyms(text, MOST_SYNONYMS),
}
