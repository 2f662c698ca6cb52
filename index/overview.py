"""What an overview quotes: the opening of a text and its most central sentences, of different sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.document import Document, Sentence
from index.encoding import Floats
from index.passages import StoredPassage
from index.prose import is_prose, mark_length
from index.structure import headings, is_row, level, outline, title
from index.words import content_stems

# A section's first sentence says what it is about, and early ones what the document is about: each is worth
# so much cosine.
OPENS_SECTION = 0.15
EARLY = 0.1
# A longer sentence tells more, up to so many words.
FULL, FULL_WORDS = 0.1, 20
# With so many times more sections than sentences to quote, only their first sentences are looked at.
MANY_SECTIONS = 2
# A list or a table is told whole if it has up to so many times the sentences of prose.
ENTRIES = 3
# What is said already costs this share of the cosine with it.
REPEATS = 0.4


@dataclass(frozen=True, eq=False)
class Told:
    """A sentence of a document, the passage it stands in and the section."""

    stored: StoredPassage
    sentence: Sentence  # without its list mark
    section: int
    opens_section: bool
    vector: Floats  # (token dimension,), unit length or 0

    @property
    def text(self) -> str:
        """Its words."""
        return self.stored.passage.quote(self.sentence.start, self.sentence.end)


@dataclass(frozen=True)
class Section:
    """A part of a document under a heading."""

    document_id: str
    heading: str
    start: int
    end: int


def sections_of(document: Document) -> tuple[Section, ...]:
    """The parts of a document that have a heading, in order; those of a higher level hold those of a lower."""
    found: list[Section] = []
    open_ones: list[tuple[int, Section]] = []  # with their levels, each within the one before it

    def close(to: int, at_least: int) -> None:
        while open_ones and open_ones[-1][0] >= at_least:
            _, section = open_ones.pop()
            found.append(replace(section, end=to))

    for heading in headings(document.text):
        words = document.text[heading.start : heading.end]
        close(heading.start, level(words))
        open_ones.append((level(words), Section(document.id, title(words), heading.start, heading.end)))
    close(len(document.text), 0)
    return tuple(sorted(found, key=lambda section: section.start))


def section_about(topic: Sequence[str], among: Sequence[Section]) -> Section | None:
    """The first section whose heading has all these stems, the one with the fewest others."""
    wanted = set(topic)
    matching = [section for section in among if wanted <= set(content_stems(section.heading))]
    return min(matching, key=lambda section: len(content_stems(section.heading)), default=None)


def tell(passages: Sequence[StoredPassage], count: int, section: Section | None = None) -> list[Told]:
    """The sentences that tell most of a document, or of a section of it, in reading order; none if it has no prose.

    The first that stands by itself, then those nearest to the mean of all, each the less for what is said already:
    maximal marginal relevance (Carbonell and Goldstein 1998). As long as there are other sections, one of each.
    """
    every = _prose(passages, section)
    openings = [told for told in every if told.opens_section]
    if len(openings) >= MANY_SECTIONS * count:
        every = openings
    if not every:
        return []
    vectors = np.stack([told.vector for told in every])
    place = np.arange(len(every)) / len(every)
    opens = np.array([told.opens_section for told in every])
    length = np.array([min(len(told.text.split()), FULL_WORDS) for told in every]) / FULL_WORDS
    worth = vectors @ _unit(vectors.mean(axis=0)) + OPENS_SECTION * opens + FULL * length - EARLY * place
    chosen = [0]
    while len(chosen) < min(count, len(every)):
        scores = worth - REPEATS * (vectors @ vectors[chosen].T).max(axis=1)
        scores[chosen] = -np.inf
        used = {every[i].section for i in chosen}
        elsewhere = np.array([told.section not in used for told in every])
        if elsewhere.any():
            scores[~elsewhere] = -np.inf
        chosen.append(int(scores.argmax()))
    return [every[i] for i in sorted(chosen)]


def first_lines(
    passages: Sequence[StoredPassage], count: int, section: Section | None = None
) -> list[tuple[StoredPassage, Sentence]]:
    """What a document without prose is shown by: its first sentence, or the first ones of a section."""
    if section is None:
        return [(stored, sentence) for stored, sentence, _ in _sentences(passages)][:1]
    return _within(passages, section)[:count]


def lines_of(passages: Sequence[StoredPassage], section: Section, most: int) -> list[tuple[StoredPassage, Sentence]]:
    """All sentences of a section, without headings and list marks; none if there are more than so many, of a list or a
    table more than `ENTRIES` times so many."""
    every = _within(passages, section)
    entries = sum(_is_entry(_words(stored, sentence)) for stored, sentence in every)
    if len(every) > most * (ENTRIES if entries > len(every) / 2 else 1):
        return []
    return [(stored, _bare(stored, sentence)) for stored, sentence in every]


def _within(passages: Sequence[StoredPassage], section: Section) -> list[tuple[StoredPassage, Sentence]]:
    """The sentences of a section that are no headings, nor heads of tables."""
    return [
        (stored, sentence)
        for stored in passages
        for sentence, is_heading in zip(stored.passage.sentences, outline(stored.passage).is_heading, strict=True)
        if not is_heading and section.start <= sentence.start < section.end
    ]


def _is_entry(words: str) -> bool:
    return mark_length(words) > 0 or is_row(words)


def _words(stored: StoredPassage, sentence: Sentence) -> str:
    return stored.passage.quote(sentence.start, sentence.end)


def _bare(stored: StoredPassage, sentence: Sentence) -> Sentence:
    """Without its list mark."""
    return Sentence(sentence.start + mark_length(_words(stored, sentence)), sentence.end)


def _sentences(passages: Sequence[StoredPassage]) -> Iterator[tuple[StoredPassage, Sentence, bool]]:
    """Each with its passage, and whether it is a heading."""
    for stored in passages:
        for sentence, is_title in zip(stored.passage.sentences, outline(stored.passage).is_title, strict=True):
            yield stored, sentence, is_title


def _prose(passages: Sequence[StoredPassage], section: Section | None) -> list[Told]:
    told: list[Told] = []
    part, opens = 0, True
    for stored, sentence, is_title in _sentences(passages):
        if is_title:
            part, opens = part + 1, True
            continue
        if section and not section.start <= sentence.start < section.end:
            continue
        bare = _bare(stored, sentence)
        if is_prose(_words(stored, bare)):
            told.append(Told(stored, bare, part, opens, _vector(stored, sentence)))
            opens = False
    return told


def _vector(stored: StoredPassage, sentence: Sentence) -> Floats:
    """The mean of its tokens, in the context of its passage."""
    starts, before = stored.encoding.token_starts, stored.passage.start
    first, last = np.searchsorted(starts, [sentence.start - before, sentence.end - before])
    tokens = stored.encoding.tokens[first:last].astype(np.float32)
    return _unit(tokens.mean(axis=0)) if len(tokens) else np.zeros(stored.encoding.tokens.shape[1], np.float32)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-6), dtype=np.float32)
