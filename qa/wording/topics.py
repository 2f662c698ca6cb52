"""What a text speaks of: the subjects of its sentences, the names in them, and terms that it uses more than once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.document import Sentence
from index.words import FUNCTION_WORDS, content_stems
from qa.wording.grammar import AUXILIARIES, VERBS, is_noun_phrase, is_participle, read_clause, tokens
from qa.wording.plain import plain
from qa.wording.spelling import Lexicon

MOST = 6
LONGEST = 4  # words

_DETERMINERS = frozenset("the a an this that these those his her its their our your my s and or of".split())
# A term between one of these and one of those is whole.
_BEFORE = frozenset(
    """of in for with by on about to from between against at as through under within into over after before during
    including such “ ‘""".split()
)
_AFTER = (FUNCTION_WORDS | AUXILIARIES | frozenset(",.;:!()–")) - frozenset(("and", "or", "s"))
_VAGUE = frozenset(
    """significant numerous entire several various main different certain future years terms cases two three four five
    six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
    forty fifty sixty seventy eighty ninety hundred thousand""".split()
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase, spelt as within a sentence, and the sentences that have it."""

    phrase: str
    sentences: tuple[Sentence, ...]
    is_title: bool  # a title or a heading says the same
    is_subject: bool  # of a sentence

    @property
    def weight(self) -> float:
        """How much the text is about it, from 0 to 1."""
        is_name = not self.phrase.islower()
        return (min(len(self.sentences), 4) / 2 + 2 * self.is_title + is_name + self.is_subject) / 6

    @property
    def is_much(self) -> bool:
        """Whether it is worth asking about: the text comes back to it, or says something of a name."""
        if self.is_title:
            return True
        is_one_word = " " not in self.phrase.removeprefix("the ")
        needed = (2 if self.is_subject else 3) if is_one_word else 2
        is_told_of = self.is_subject and not (is_one_word or self.phrase.islower())
        return len(self.sentences) >= needed or is_told_of


def topics(text: str, sentences: Sequence[Sentence], lexicon: Lexicon, titles: Collection[str] = ()) -> list[Topic]:
    """The weightiest topics, at most a few, none of which shares a word with another.

    Args:
        text: what is spoken in.
        sentences: its sentences, in order.
        lexicon: of the same text.
        titles: of the text and its parts.
    """
    known = {_key(title) for title in titles}
    plain_sentences = [words for s in sentences if (words := plain(text[s.start : s.end])) is not None]
    subjects = {subject for words in plain_sentences if (subject := _subject(words, lexicon))}
    phrases = {phrase for words in plain_sentences for phrase in _phrases(tokens(f"{words} ."), lexicon, known)}
    stretches = [(sentence, " ".join(text[sentence.start : sentence.end].split())) for sentence in sentences]
    found = [
        Topic(phrase, where, _key(phrase) in known, phrase in subjects)
        for phrase in _unambiguous(phrases | subjects)
        if (where := tuple(sentence for sentence, words in stretches if _says(words, phrase)))
    ]
    chosen: list[Topic] = []
    for topic in sorted(found, key=lambda t: (-t.weight, t.sentences[0].start, t.phrase)):
        if topic.is_much and not any(_share_a_word(topic, other) for other in chosen):
            chosen.append(topic)
    return chosen[:MOST]


def _key(title: str) -> tuple[str, ...]:
    return tuple(content_stems(re.sub(r"\(.*?\)|_", " ", title)))


def _says(sentence: str, phrase: str) -> bool:
    """Whether a sentence has a phrase, which it may open with."""
    return phrase in sentence or sentence.startswith(phrase[:1].upper() + phrase[1:])


def _unambiguous(phrases: Collection[str]) -> list[str]:
    """Without what is written both with and without an article."""
    bare = Counter(phrase.removeprefix("the ") for phrase in phrases)
    return [phrase for phrase in phrases if bare[phrase.removeprefix("the ")] == 1]


def _share_a_word(a: Topic, b: Topic) -> bool:
    return bool(({*a.phrase.casefold().split()} & {*b.phrase.casefold().split()}) - FUNCTION_WORDS)


def _subject(text: str, lexicon: Lexicon) -> str | None:
    """The subject of a sentence, if it can be told for certain and says enough."""
    clause = read_clause(text, lexicon)
    words = clause.subject.split() if clause else []
    if clause is None or not clause.is_about_one_thing or len(words) > LONGEST + 1 or {*words} & _VAGUE:
        return None
    if any(before.istitle() and is_participle(word) for before, word in pairwise(words)):
        return None  # "Ratzel believed expansion" is a clause
    return clause.subject


def _phrases(words: Sequence[str], lexicon: Lexicon, known: Collection[tuple[str, ...]]) -> Iterator[str]:
    """Names, and terms that stand between a preposition and the end of their part of the sentence."""
    for place, (before, word) in enumerate(pairwise(words), 1):
        start = end = place + (word == "the")
        is_name = start < len(words) and words[start][:1].isupper()
        if before not in _BEFORE and not (is_name and before.islower() and before not in _DETERMINERS):
            continue
        farther = words[place - 2] if place > 1 else ""
        if before in ("of", "for") and farther[:1].isupper():
            continue  # "Disease Control" of the "Centers for Disease Control"
        if before not in _BEFORE and farther in _DETERMINERS:
            continue  # "the besieged Gaza Strip"
        while end < len(words) and _goes_on(words, start, end):
            end += 1
        phrase, after = words[place:end], words[end] if end < len(words) else "."
        bare = words[start:end]
        if after in _AFTER and len(bare) <= LONGEST and bare and is_noun_phrase(phrase) and not {*phrase} & _VAGUE:
            is_title = _key(" ".join(bare)) in known
            if is_title or (len(bare) > 1 and _tells_enough(bare, len(phrase) > len(bare), lexicon)):
                yield " ".join(phrase)


def _goes_on(words: Sequence[str], start: int, end: int) -> bool:
    word, following = words[end], words[end + 1] if end + 1 < len(words) else ""
    if words[start][:1].isupper():
        return word[:1].isupper() or (word in ("of", "for") and following[:1].isupper())
    return word.islower() and word.replace("-", "").isalpha() and word not in FUNCTION_WORDS


def _tells_enough(bare: Sequence[str], has_article: bool, lexicon: Lexicon) -> bool:
    if bare[0][:1].isupper():
        # "Edith Marlow" is a name by itself; "Amber Bridge Company" wants its article.
        return not bare[-1].endswith(("’s", "'s")) and (has_article or not any(map(lexicon.is_common, bare)))
    is_plural = bare[-1].endswith("s") and not bare[-1].endswith(("ss", "us", "is"))
    return not has_article and is_plural and not any(word in VERBS or is_participle(word) for word in bare)
