"""A sentence -> the questions that it answers: its grammar, taken apart and put together again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from index.splitting import leans_on_previous
from index.words import FUNCTION_WORDS
from qa.wording.advice import questions_about_advice
from qa.wording.grammar import BASE_OF_PAST, BASE_OF_PRESENT, BE, IS, WAS, Clause, read_clause
from qa.wording.plain import plain
from qa.wording.soundness import is_sound
from qa.wording.spelling import Lexicon
from qa.wording.templates import (
    DATE,
    NUMBER,
    PARTICIPLE,
    TEMPLATES,
    Wording,
    holds_verb,
    stands_alone,
    tells_an_event,
)


def questions(sentence: str, lexicon: Lexicon) -> Iterator[Wording]:
    """Questions that a sentence answers and that read well by themselves, in no order; of most sentences none."""
    text = plain(sentence)
    if text is not None and not leans_on_previous(text):
        yield from (wording for wording in _all_of(text, lexicon) if is_sound(wording.question))


def _all_of(text: str, lexicon: Lexicon) -> Iterator[Wording]:
    yield from questions_about_advice(text)
    opening = _ACCORDING.match(text) or _ON_A_DATE.match(text)
    main = text[opening.end() :] if opening else text
    yield from _of_a_count(main)
    clause = read_clause(main, lexicon, opens=not opening)
    if clause is None:
        return
    if opening and opening.re is _ON_A_DATE:
        yield from _of_an_opening_date(clause)
        return
    if clause.is_about_one_thing:
        yield from filter(None, (template.ask(clause) for template in TEMPLATES))
        for make in _OF_CLAUSES:
            yield from make(clause)
    yield from _of_a_definition(clause)


# Openings.

_ON_A_DATE = re.compile(rf"(?:In|On) {DATE},? (?=\w)")
_ACCORDING = re.compile(r"According to [^,]{3,50}, ")
_WHAT_HAPPENED = re.compile(
    r"(?P<c>(?:[^,;:.–—]|,(?=\d))+?)"
    r"(?:$|[;:–—]|, (?![A-Z])| (?:by|after|when|while|where|which|who|that|until|because|but)\b)"
)


def _of_an_opening_date(clause: Clause) -> Iterator[Wording]:
    """ "In 1902, X was founded by Y" -> "When was X founded?" """
    found = _WHAT_HAPPENED.match(clause.rest)
    what = found["c"] if found and clause.is_about_one_thing else ""
    if not what or not stands_alone(what, 9) or holds_verb(what) or what.endswith("ing"):
        return
    if clause.verb in WAS and tells_an_event(what):
        yield Wording(f"When {clause.verb} {clause.subject} {what}?", 0.85)
    elif clause.verb in BASE_OF_PAST and clause.base not in ("include", "contain", "hold"):
        yield Wording(f"When did {clause.subject} {clause.base} {what}?", 0.8)


# Counts.

_PLURAL = r"(?:[a-z-]+[a-rt-z]s|people|children|men|women)"
_NOT_COUNTED = frozenset(
    """years months weeks days hours minutes times percent series miles degrees meters metres others hundred thousand
    major main""".split()
)
_COUNTED = re.compile(
    rf"{NUMBER} (?P<noun>(?:[A-Za-z-]+ )?{_PLURAL})"
    r"(?=$|[,.;:]| (?:in|from|at|on|and|for|with|who|which|that|across)\b)"
)
_HAPPENED_TO = re.compile(
    rf"{NUMBER} (?P<noun>(?:[A-Za-z-]+ ){{0,2}}?{_PLURAL}) (?P<did>(?:are|were|have been) (?={PARTICIPLE})|live|lived|"
    r"attended|died|took part|participated|voted|work|worked|gathered|signed|make up|made up) ?(?P<rest>[^,;:.–—]+)",
    re.I,
)
_THERE_ARE = re.compile(
    rf"There (?P<are>are|were) (?:currently |also )?{NUMBER} (?P<noun>(?:[A-Za-z-]+ )?{_PLURAL})"
    r"(?P<where>(?<=types|kinds|forms|parts) of [A-Za-z-]+(?: [A-Za-z-]+)?|"
    r" (?:in|on|at|between) (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)"
    r"(?=$|[,;–—]| (?:with|which|that|who|and|as|including)\b)"
)


def _is_counted(noun: str) -> bool:
    words = noun.casefold().split()
    return not (FUNCTION_WORDS | _NOT_COUNTED) & set(words)


def _of_a_count(text: str) -> Iterator[Wording]:
    """ "Three Ys were built in X" -> "How many Ys were built in X?" """
    if (found := _THERE_ARE.match(text)) and _is_counted(found["noun"]):
        yield Wording(f"How many {found['noun']}{found['where']} {found['are']} there?", 0.85)
    found = _HAPPENED_TO.match(text)
    if found is None or not _is_counted(found["noun"]) or " " not in found["rest"]:
        return
    if stands_alone(found["rest"], 9) and not holds_verb(found["rest"]):
        yield Wording(f"How many {found['noun']} {found['did'].strip()} {found['rest']}?", 0.9)


def _of_a_number(clause: Clause) -> Iterator[Wording]:
    """ "X has three Ys" -> "How many Ys does X have?" """
    does = {"has": "does", "have": "do", "had": "did"}.get(clause.verb)
    base = "have" if does else BASE_OF_PRESENT.get(clause.verb)
    found = _COUNTED.match(clause.rest) if base in ("have", "include", "contain") else None
    if found and _is_counted(found["noun"]):
        yield Wording(f"How many {found['noun']} {does or clause.does} {clause.subject} {base}?", 0.85)


# What is what.

_PERSONS = re.compile(
    r"\b(?:politician|musician|mathematician|physician|historian|comedian|actor|actress|singer|songwriter|rapper|"
    r"player|footballer|writer|author|poet|novelist|journalist|scientist|chemist|physicist|biologist|economist|artist|"
    r"painter|sculptor|architect|composer|pianist|guitarist|drummer|engineer|inventor|lawyer|attorney|judge|justice|"
    r"commander|officer|soldier|king|queen|emperor|empress|prince|princess|president|minister|governor|mayor|senator|"
    r"leader|founder|philosopher|theologian|reformer|missionary|explorer|navigator|astronomer|astronaut|director|"
    r"producer|filmmaker|host|presenter|broadcaster|activist|teacher|professor|scholar|nurse|doctor|surgeon|pope|"
    r"bishop|archbishop|saint|priest|monk|nun|wrestler|boxer|coach|manager|quarterback|pitcher|swimmer|cricketer|"
    r"businessman|businesswoman|entrepreneur|chairman|chairwoman|secretary|dancer|wife|husband|son|daughter|brother|"
    r"sister|mother|father|man|woman|murderer|criminal|lieutenant|colonel|admiral|wizard|character|ceo|"
    r"diplomat|companion|head of state|librarian|[a-z]{4,}(?:ologist|rgeon))s?\b",
    re.I,
)


def _who_or_what(phrase: str) -> str:
    head = re.split(r"[,.;]| (?:of|in|that|which|who|for|with|by|from|on|to)\b", phrase)[0]
    return "Who" if _PERSONS.search(head) else "What"


_RANKED = "main|primary|principal|basic|chief|official|original|first|[a-z]{3,}est|most [a-z]+"
_SUPERLATIVE = re.compile(
    r"the (?:(?:world|country|state|city|nation)['’]s )?(?:(?:second|third|fourth|fifth)[ -])?(?:first|only|oldest|"
    r"largest|smallest|biggest|longest|highest|tallest|deepest|busiest|lowest|shortest|richest|earliest|"
    r"(?:most|least) [a-z]+)\b(?! (?:in|on|of|and|at|to)\b)(?: [\w’'-]+){2,9}?(?<! [A-Z])"
    r"(?=$|[,.;:–—]| (?:and|with|which|that|who|when|where|after|but|as)\b)"
)


def _of_a_superlative(clause: Clause) -> Iterator[Wording]:
    """ "X is the largest Y in Z" -> "What is the largest Y in Z?" """
    found = _SUPERLATIVE.match(clause.rest) if clause.verb in BE else None
    if found and stands_alone(found[0], 15):
        yield Wording(f"{_who_or_what(found[0])} {clause.verb} {found[0]}?", 0.8)


_ROLES = (
    "capital|population|purpose|goal|aim|role|function|unit|source|name|number|cent(?:er|re)|symbol|language|currency|"
    "head|leader|president|founder|author|director|date|location|area|length|height|size|age|cause|reason|type|part|"
    "component|objective|mission|definition|meaning|origin|basis|religion|motto|headquarters|seat|cost|fee|price|limit|"
    "duration|deadline|theme|setting|difference|effect|advantage|benefit|symptom|companion|host|doctrine|nickname"
)
_ROLE = rf"(?:(?:main|primary|principal|basic|official|ultimate) [a-z-]+(?: [a-z-]+)?|(?:[a-z-]+ )?(?:{_ROLES})s?)"
_HAS_ROLE = re.compile(rf"the (?P<of>{_ROLE}) of |.+(?:['’]s|s['’]) (?P<its>{_ROLE})$")
_VALUE = re.compile(rf"(?:to [a-z]|that |an? |the |{NUMBER}\b|[A-Z])")


def _of_a_role(clause: Clause) -> Iterator[Wording]:
    """ "The capital of X is Y" -> "What is the capital of X?" """
    role = _HAS_ROLE.match(clause.subject)
    if role and clause.verb in BE and _VALUE.match(clause.rest):
        yield Wording(f"{_who_or_what(role['of'] or role['its'])} {clause.verb} {clause.subject}?", 0.9)


_MADE_BY = {
    verb: verb
    for verb in """founded designed built discovered invented created established organized organised developed composed
    commissioned published recorded painted launched proposed introduced directed produced""".split()
} | {"written": "wrote", "led": "led", "drawn": "drew"}
_RUN_BY = dict(
    pair.split(":")
    for pair in """owned:owns operated:operates managed:manages run:runs governed:governs administered:administers
    overseen:oversees maintained:maintains appointed:appoints led:leads headed:heads regulated:regulates""".split()
)
_BY_SOMEONE = re.compile(rf"(?P<done>[a-z]+)(?: in {DATE})? by (?!{DATE})(?:[A-Z]|an? [a-z]|the [A-Z])")


def _of_a_doer(clause: Clause) -> Iterator[Wording]:
    """ "X was founded by Y" -> "Who founded X?" """
    found = _BY_SOMEONE.match(clause.rest)
    verbs = _MADE_BY if clause.verb in WAS else _RUN_BY if clause.verb in IS else {}
    if found and (done := verbs.get(found["done"])):
        yield Wording(f"Who {done} {clause.subject}?", 0.95)


_OF_CLAUSES: tuple[Callable[[Clause], Iterator[Wording]], ...] = (
    _of_a_number,
    _of_a_superlative,
    _of_a_role,
    _of_a_doer,
)

_WORKS = re.compile(
    r"\b(?:film|album|book|novel|series(?! of)|song|single|game|band|magazine|newspaper|play|sitcom|show)\b"
)
# "X is an important ..." says something of X, not what it is.
_EVALUATED = (
    "result|lot|few|part|cause|good|great|member|native|fellow|graduate|key|official|appealing|attractive|important|"
    "considerable|example|vital|crucial|marginal|well-known|fascinating|rare|guarantor|popular|common|complex|"
    "relatively|matter|way|time|place|reason|source|sign|center|centre|challenge|problem|threat|risk|potential|useful|"
    rf"very|second|third|{_RANKED}"
)
_KINDS = "group|type|class|family|kind|set|series|form|collection"


def _of_a_definition(clause: Clause) -> Iterator[Wording]:
    """ "X is a Y" -> "What is X?", or "Who is X?" """
    subject, verb = clause.subject, clause.verb
    if verb not in BE or clause.has_adverb or re.search(r" of |['’]s ", subject):
        return
    is_name, is_one_word = re.search(r"\b[A-Z]", subject), re.fullmatch("[A-Z][a-z]+", subject)
    if (verb in WAS and (is_one_word or not is_name)) or (subject.startswith("the ") and not subject[4:5].isupper()):
        return
    if subject.casefold() in FUNCTION_WORDS or _PERSONS.match(subject):
        return  # the leukemia named ALL; "Archeologist Betty Meggers"
    article = "an? |one of |the "
    if verb == "are":
        article = f"one of |an? (?:{_KINDS}) of "
    elif verb in WAS or is_one_word or subject.startswith("the "):
        article = "an? |one of "
    if not re.match(rf"(?:{article})(?!(?:{_EVALUATED})\b)[^,]{{8,}}", clause.rest):
        return
    if subject.startswith("the ") and subject[4:].istitle() and _WORKS.search(clause.rest):
        subject = f"The {subject[4:]}"
    is_person = is_name and re.match(r"[^,;]{0,50} who ", clause.rest)
    who = "Who" if is_person or _PERSONS.search(subject) else _who_or_what(clause.rest) if is_name else "What"
    if who == "What" or not is_one_word:  # nobody knows which Jane
        yield Wording(f"{who} {verb} {subject}?", 0.75)
