"""A follow-up -> a question that stands alone, without a language model.

English only: another language is asked as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Self

from index.conversing import Conversation
from index.splitting import split_sentences
from index.words import FUNCTION_WORDS, stem, words
from qa.answer import Turn
from qa.smalltalk import smalltalk_reply
from qa.wording.grammar import BASE_OF_PAST, BASE_OF_PRESENT, VERBS, WHETHER, is_noun_phrase

# A question with at most this many content words that opens with a connective leans on what was asked before.
FEW_WORDS = 3
# So much of an earlier question is looked at, in characters: the encoder reads about 1,200, and this one is at the end.
LONGEST_EARLIER = 300

_PERSON = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.I)
_EXPLETIVE = r"(?!\s+(?:true|possible|safer?|better|good|bad|ok(?:ay)?|necessary|important|worth|likely)\b)"
_THING = re.compile(rf"\b(?:its?{_EXPLETIVE}|(?:this|that)(?=\s*(?:$|[?.!,]|(?:is|was|happen\w*)\b)))(?!\w)", re.I)
_MANY = re.compile(r"\b(?:they|them|theirs?|(?:these|those)(?=\s*(?:$|[?.!,]|(?:are|were)\b)))\b", re.I)
_REFERS_BACK = re.compile(
    r"\b(?:(?:there|(?-i:ones?))(?=\s*[?.!]*$)|the same|the former|the latter|that one|the others?)\b", re.I
)
# Puts right, or doubts, what was said: however long it is, it is about that.
_REACTS = re.compile(
    r"^\s*(?:(?:no|sorry|well|hmm)\b[\s,.!]*)*"
    r"(?:i (?:mean|meant)\b|is that (?:all|it|right|true)\b|are you sure\b)",
    re.I,
)
_CONNECTIVE = re.compile(
    r"^\s*(?:(?:and|but|so|or|also|then)\b[\s,]*|(?:what|how) about\b|(?:what|who|where|anything) else\b|why not\b)",
    re.I,
)
_OPENING = re.compile(r"^\s*(?:and|but|so|or|also|then)\b[\s,]*", re.I)
_BARE = re.compile(
    r"^\s*(?:(?:and|but|so)\b[\s,]*)?"
    r"(?:who|when|where|why|which|what|how(?: many| much| long| often| old)?|(?:in )?(?:what|which) year|"
    r"(?:for|since|by|with|to|from) (?:whom|what|when|how long))"
    r"(?:\s+(?:exactly|not|so|ones?|else|then))*\s*[?.!]*\s*$",
    re.I,
)
_BARE_ADVERB = re.compile(r"\W*(?:and |but |so )?(?P<adverb>why(?: not)?|when|where|how)(?: exactly)?\W*", re.I)
_PUT = re.compile(
    r"(?:(?:and|but|so|or)\W+|(?:what|how) about )?(?P<preposition>in|on|at|for|from|with|by|to|during|after|before|"
    r"under)\s+(?P<what>[^?]+?)\W*",
    re.I,
)
LONGEST_PUT = 5  # words
_ASKS_WHETHER = re.compile(rf"{WHETHER}\b", re.I)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was asked: `standalone` differs from `asked` only for a follow-up."""

    asked: str
    standalone: str
    conversation: Conversation | None = None  # None if nothing had been asked before

    def respelt(self, read: Callable[[str], str]) -> Self:
        """With what came from the conversation read so, too: only little of a long one is put in."""
        if self.conversation is None:
            return self
        conversation = replace(self.conversation, whole=read(self.conversation.whole))
        return replace(self, standalone=read(self.standalone), conversation=conversation)

    @property
    def is_joined(self) -> bool:
        """Whether it says so little by itself that it stands behind what was asked before."""
        return self.is_follow_up and self.standalone.casefold().endswith(f" {self.asked.strip().casefold()}")

    @property
    def is_follow_up(self) -> bool:
        """Whether something from the conversation was put in."""
        return self.asked != self.standalone


def understand(question: str, history: Sequence[Turn]) -> Understood:
    """Puts what a follow-up leaves out into it, from the last question and reply.

    A pronoun is replaced by the last phrase it can stand for; where that fails, or more is left out, what was asked
    before goes before it. That is understood the same way first: "When was it opened?" still speaks of the bridge.
    """
    asked, reply = _spoken_before(history)
    conversation = _in_conversation(question, history, reply)
    if not asked or not leans_on_history(question):
        return Understood(question, question, conversation)
    standalone = (
        _completed(question, asked, reply)
        or _asked_why(question, asked)
        or _asked_of_another(question, asked)
        or f"{_as_sentence(asked[:LONGEST_EARLIER])} {_opened(question)}"
    )
    return Understood(question, standalone[:1].upper() + standalone[1:], conversation)


def _in_conversation(question: str, history: Sequence[Turn], reply: str) -> Conversation | None:
    """A question after the first and the last one before it: what the conversation is about, and where it has got."""
    said = [turn.content for turn in history if turn.role == "user" and smalltalk_reply(turn.content) is None]
    earlier = dict.fromkeys(_as_sentence(content[:LONGEST_EARLIER]) for content in said[:1] + said[-1:])
    return Conversation(question, " ".join([*earlier, question]), reply) if earlier else None


def _spoken_before(history: Sequence[Turn]) -> tuple[str, str]:
    """The last question, with its own pronoun replaced, and the last reply; small talk is left out."""
    asked = reply = ""
    is_smalltalk = False
    for turn in history:
        if turn.role == "user":
            is_smalltalk = smalltalk_reply(turn.content) is not None
        if is_smalltalk:
            continue
        if turn.role == "assistant":
            reply = turn.content
        elif asked and leans_on_history(turn.content):  # "And in Rome?" asks nothing; what it was asked of does
            asked = _completed(turn.content, asked, reply) or asked
        else:
            asked = turn.content
    return asked, reply


def _completed(question: str, asked: str, reply: str) -> str | None:
    """A follow-up with its pronoun replaced; None if it has none, or none that can be."""
    if not asked or not leans_on_history(question):
        return None
    return _with_antecedent(_OPENING.sub("", question), asked, reply)


def _asked_why(question: str, asked: str) -> str | None:
    """ "Did it close?", "why?" -> "Why did it close?"; None where it is no such question, or not after such a one."""
    bare, whether = _BARE_ADVERB.fullmatch(question), _ASKS_WHETHER.match(asked)
    return f"{bare['adverb'].capitalize()} {asked[:1].lower()}{asked[1:].strip()}" if bare and whether else None


def _asked_of_another(question: str, asked: str) -> str | None:
    """ "Who works in Rome?", "and in Paris?" -> "Who works in Paris?"; None where nothing stands for what is put."""
    put = _PUT.fullmatch(question.strip())
    last = put and re.search(rf"\b{put['preposition']}\s(?P<what>[^?,.;]+?)\W*$", asked, re.I)
    if not put or not last or len(last["what"].split()) > LONGEST_PUT:
        return None
    return f"{asked[: last.start('what')]}{put['what']}?"


def _opened(question: str) -> str:
    """With a capital, as what follows another question has it."""
    words = question.strip()
    return words[:1].upper() + words[1:]


def _as_sentence(asked: str) -> str:
    asked = asked.strip()
    return asked if asked.endswith(("?", ".", "!")) else f"{asked}?"


def leans_on_history(question: str) -> bool:
    """Whether a question cannot be understood without what was said before it.

    Several sentences explain themselves, and a pronoun may stand for something that its own question names.
    """
    content = [w for w in words(question) if w.group().casefold() not in FUNCTION_WORDS]
    if _BARE.match(question) or _REACTS.match(question) or not content:
        return True
    if len(split_sentences(question)) > 1:
        return False
    few = len(content) <= FEW_WORDS
    return _pronoun(question) is not None or bool(
        few and (_CONNECTIVE.match(question) or _REFERS_BACK.search(question))
    )


def _pronoun(question: str) -> re.Match[str] | None:
    """The first pronoun, unless its own question names what it can stand for."""
    found = [match for pattern in (_PERSON, _MANY, _THING) for match in pattern.finditer(question)]
    for match in sorted(found, key=lambda m: m.start()):
        if match.group().isupper() and not question.isupper():  # "Who leads IT?"
            continue
        before = [w.group() for w in words(question[: match.start()]) if w.group().casefold() not in FUNCTION_WORDS]
        if len(before) < FEW_WORDS and not any(word[0].isupper() for word in before):
            return match
    return None


def _with_antecedent(question: str, asked: str, reply: str) -> str | None:
    """The question with its first pronoun replaced, if something it can stand for was spoken of."""
    pronoun = _pronoun(question)
    if pronoun is None:
        return None
    phrases = [phrase for phrase in _phrases(asked, reply) if not _said_in(phrase, question)]
    if _PERSON.fullmatch(pronoun.group()):
        fitting = _people(asked, reply, phrases)
    elif _MANY.match(pronoun.group()):
        fitting = [phrase for phrase in phrases if _is_plural(phrase)]
    else:
        single = [phrase for phrase in phrases if not _is_plural(phrase)]
        fitting = [phrase for phrase in single if phrase.startswith("the ")] or single
    if not fitting:
        return None
    # The first one: a subject is more likely to be spoken of again than what follows it (Grosz, Joshi and Weinstein
    # 1995, centering).
    before, phrase = question[: pronoun.start()], fitting[0]
    if _is_plural(phrase) and before.endswith("of "):
        phrase = f"the {phrase}"
    # "stand in for her", "ask her to …"
    is_object = pronoun.group().casefold() == "her" and _NO_NOUN.match(question, pronoun.end()) is not None
    possessive = "’s" if pronoun.group().casefold() in _POSSESSIVES and not is_object else ""
    return before + phrase + possessive + question[pronoun.end() :]


def _people(asked: str, reply: str, phrases: Sequence[str]) -> list[str]:
    """Whom a person's pronoun can stand for: who was asked for, else who was asked about, else whom the reply names."""
    replied = [name for name in _FULL_NAME.findall(reply) if not _is_place(name, reply)]
    if _ASKS_WHO.match(asked) and (answers := [name for name in replied if name not in asked]):
        return answers[:1]
    return [p for p in phrases if _is_name(p) and not _TITLE.fullmatch(p) and not _is_place(p, asked)] or replied[:1]


def _is_place(name: str, text: str) -> bool:
    """Whether a name stands where one of a place or of an office does, not of a person."""
    before = rf"\b(?:in|at|near|into|the)\s+{re.escape(name)}"
    return name.startswith("The ") or re.search(before, text, re.I) is not None


_ASKS_WHO = re.compile(r"\W*(?:and |so )?(?:who|whose|whom|which person|what(?:['’]s| is| was) the name)\b", re.I)
_TITLE = re.compile(r"(?:Mrs?|Ms|Dr|Prof(?:essor)?|Sir|Captain|President)\.?")
_POSSESSIVES = frozenset("his her hers its their theirs".split())
_NO_NOUN = re.compile(rf"\s*(?:[^\w\s]|$)|\s+(?:{'|'.join(sorted(FUNCTION_WORDS - {'own', 'other'}))})\b", re.I)
_FULL_NAME = re.compile(r"\b[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+)+")
_DETERMINERS = frozenset("the a an this that these those".split())


def _phrases(asked: str, reply: str) -> list[str]:
    """What a question speaks of, in its order: runs of content words, and the names in them.

    A run is cut to the longest part that the reply says as well, since that tells a noun from the verb behind it.
    """
    said = f" {' '.join(w.group().casefold() for w in words(reply))} "
    phrases: list[str] = []
    run: list[str] = []
    before = ""
    for word in [*(w.group() for w in words(asked)), "the"]:
        if word.casefold() not in FUNCTION_WORDS:
            run.append(word)
            continue
        if run:
            spoken_of = _spoken_of(run, before.casefold() in _DETERMINERS, said)
            phrases += [phrase for phrase in spoken_of if is_noun_phrase(phrase.split())]
        run, before = [], word
    return phrases


def _spoken_of(run: Sequence[str], is_definite: bool, said: str) -> list[str]:
    parts = [
        run[first : first + length]
        for length in range(len(run), 0, -1)
        for first in range(1 if is_definite else len(run) - length + 1)
    ]
    part = next((p for p in parts if f" {' '.join(p).casefold()} " in said), None)
    part = part or list(takewhile(lambda word: word[0].isupper(), run)) or (_before_a_verb(run) if is_definite else [])
    if not part:  # it may be a verb
        return []
    phrase = " ".join(part)
    if is_definite and not _is_plural(phrase):
        phrase = f"the {phrase}"
    names = [word for word in run if word[0].isupper()]
    return [phrase] if not names or _is_name(phrase) or names[0] in part else [phrase, " ".join(names)]


def _before_a_verb(run: Sequence[str]) -> list[str]:
    return list(takewhile(lambda word: word not in VERBS and word not in _BASES, run))


# With what people are asked about most and the grammar of statements has no need of.
_BASES = frozenset((*BASE_OF_PAST.values(), *BASE_OF_PRESENT.values(), *"say tell ask want pay apply mean".split()))


def _is_name(phrase: str) -> bool:
    return all(word[0].isupper() for word in phrase.split())


def _is_plural(phrase: str) -> bool:
    last = phrase.split()[-1].casefold()
    return last in _PLURALS or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


_PLURALS = frozenset("people children men women officials".split())


def _said_in(phrase: str, question: str) -> bool:
    inside = {stem(w.group()) for w in words(question)}
    return all(stem(w.group()) in inside for w in words(phrase) if w.group() not in _DETERMINERS)
