"""Faults, planted into good answers: what an evaluator must find, each made in one way at a time.

An answer is a tree of JSON here, since an `Answer` cannot be made with a wrong footnote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache
from random import Random
from typing import Any

from index.document import Document
from index.splitting import split_sentences
from qa.answer import Answer, PassageScores, RetrievedPassage, Statement
from qa.citing import Footnotes, SourcePassage, Support
from qa.evaluation.documents import Shelf
from qa.evaluation.negating import add_negation, remove_negation
from qa.evaluation.structure import FaultKind
from qa.verifying import Verifier

Wire = dict[str, Any]
Planted = tuple[Wire, Shelf]
# A fault in a copy of the answer, or in the documents; None where this answer has no room for it.
Plant = Callable[[Wire, Random, Shelf], Planted | None]
# A changed text; None where nothing in it can be changed like this.
TextChange = Callable[[str, Random], str | None]

FEWEST_WORDS = 6  # of a sentence that is quoted: "Contents" says nothing that could be wrong
SAID = (3, 4)  # sentences of a good answer, at least and at most


def good_answer(shelf: Shelf, verifier: Verifier, random: Random) -> Answer:
    """Sentences of the documents, quoted as the chain quotes them; of two documents where there are two."""
    names = list(shelf)
    chosen = random.sample(names, min(2, len(names)))
    passages = {name: _whole(shelf.get(name)) for name in chosen}
    stretches = [(name, *stretch) for name in chosen for stretch in _sentences(shelf.get(name))]
    firsts = [random.choice([s for s in stretches if s[0] == name]) for name in chosen]
    rest = [s for s in stretches if s not in firsts]
    said = firsts + random.sample(rest, min(len(rest), random.randint(*SAID) - len(firsts)))
    footnotes = Footnotes()
    supports = [Support(passages[name], start, end) for name, start, end in said]
    return Answer(
        kind="answer",
        question="What do the documents say?",
        statements=tuple(_said(support, footnotes, verifier) for support in supports),
        citations=footnotes.citations,
        passages=tuple(passage.retrieved for passage in passages.values()),
        confidence=1.0,
        model="planted",
    )


def _said(support: Support, footnotes: Footnotes, verifier: Verifier) -> Statement:
    judgement = verifier.verify(support.quote, [support.placed])
    return Statement(
        text=support.quote,
        citations=footnotes.cite([support]),
        verdict=judgement.verdict,
        score=judgement.score,
    )


def number_out_of_range(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A mark beyond the last footnote, beside a sentence's own."""
    wire = deepcopy(answer)
    beyond = len(wire["citations"]) + random.randint(1, 9)
    random.choice(wire["statements"])["citations"].append(beyond)
    return wire, shelf


def shifted_offset(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """The right words with offsets that are a few characters off."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    shift = random.choice([-1, 1]) * random.randint(1, 12)
    start, end = citation["start"] + shift, citation["end"] + shift
    if start < 0 or _text(shelf, citation)[start:end] == citation["quote"]:
        return None
    citation["start"], citation["end"] = start, end
    return wire, shelf


def invented_quote(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """The right place with its words in another order."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    words = citation["quote"].split()
    random.shuffle(words)
    return _quoting(wire, citation, " ".join(words), shelf)


def stitched_quote(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """The beginning of one sentence with the end of another of the same document."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    document = _document(shelf, citation)
    start, end = random.choice(_sentences(document))
    other = document.text[start:end].split(" ")
    words = citation["quote"].split(" ")
    return _quoting(wire, citation, " ".join(words[: len(words) // 2] + other[len(other) // 2 :]), shelf)


def orphan_mark(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A footnote is gone, its mark is not; the last one would leave a number out of range."""
    wire = deepcopy(answer)
    if len(wire["citations"]) < 2:
        return None
    wire["citations"].pop(random.randrange(len(wire["citations"]) - 1))
    return wire, shelf


def unused_citation(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A mark is gone, its footnote is not."""
    wire = deepcopy(answer)
    random.choice(wire["statements"])["citations"].clear()
    return wire, shelf


def quote_of_another_document(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A footnote names a document that does not have its words."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    others = [name for name in shelf if citation["quote"] not in shelf.get(name).text]
    if not others:
        return None
    other = shelf.get(random.choice(others))
    citation["document_id"], citation["source"] = other.id, other.source
    return wire, shelf


def deleted_source(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A document that is cited is no longer there."""
    gone = _document(shelf, random.choice(answer["citations"])).source
    return deepcopy(answer), Shelf(shelf.get(name) for name in shelf if name != gone)


def wrong_number(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """A sentence has the number of another one; its own footnote is gone, so that nothing looks out of place."""
    wire = deepcopy(answer)
    if len(wire["statements"]) < 2:
        return None
    one, other = random.sample(range(len(wire["statements"])), 2)
    gone = wire["statements"][one]["citations"][0]
    wire["statements"][one]["citations"] = list(wire["statements"][other]["citations"])
    wire["citations"] = [c for c in wire["citations"] if c["number"] != gone]
    for entry in wire["citations"]:
        entry["number"] -= entry["number"] > gone
    for statement in wire["statements"]:
        statement["citations"] = [number - (number > gone) for number in statement["citations"]]
    return wire, shelf


def swapped_citations(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """Two sentences have each other's numbers."""
    wire = deepcopy(answer)
    if len(wire["statements"]) < 2:
        return None
    one, other = random.sample(wire["statements"], 2)
    one["citations"], other["citations"] = other["citations"], one["citations"]
    return wire, shelf


def unrelated_sentence(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """An exact quote of another sentence of the same document."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    return _pointing(wire, citation, _document(shelf, citation), random, shelf)


def unrelated_document(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
    """An exact quote of another document."""
    wire = deepcopy(answer)
    citation = random.choice(wire["citations"])
    others = [name for name in shelf if name != _document(shelf, citation).source]
    return _pointing(wire, citation, shelf.get(random.choice(others)), random, shelf) if others else None


def turned(change: TextChange) -> Plant:
    """A sentence that says the opposite of its quote."""

    def plant(answer: Wire, random: Random, shelf: Shelf) -> Planted | None:
        wire = deepcopy(answer)
        changed = [(s, text) for s in wire["statements"] if (text := change(s["text"], random)) is not None]
        if not changed:
            return None
        statement, text = random.choice(changed)
        statement["text"] = text
        return wire, shelf

    return plant


# What each structural plant must at least be recognised as; another name for it is caught, too, but not named.
STRUCTURAL: dict[str, tuple[Plant, FaultKind]] = {
    "out-of-range number": (number_out_of_range, "number_out_of_range"),
    "shifted offset": (shifted_offset, "wrong_place"),
    "invented quote": (invented_quote, "invented_quote"),
    "stitched quote": (stitched_quote, "stitched_quote"),
    "orphan mark": (orphan_mark, "mark_without_entry"),
    "unused citation": (unused_citation, "unused_entry"),
    "quote of another document": (quote_of_another_document, "wrong_document"),
    "deleted source": (deleted_source, "missing_document"),
}
SEMANTIC: dict[str, Plant] = {
    "in-range wrong number": wrong_number,
    "swapped citations": swapped_citations,
    "quote of an unrelated sentence": unrelated_sentence,
    "quote of an unrelated document": unrelated_document,
    "negation added": turned(add_negation),
    "negation removed": turned(remove_negation),
}


def _whole(document: Document) -> SourcePassage:
    retrieved = RetrievedPassage(
        document_id=document.id,
        title=document.title,
        source=document.source,
        start=0,
        end=len(document.text),
        text=document.text,
        scores=PassageScores(dense=None, lexical=None, fused=None),
    )
    return SourcePassage(retrieved, document.content_hash)


@lru_cache(maxsize=2_000)
def _sentences(document: Document) -> Sequence[tuple[int, int]]:
    """Sentences that say something and stand in the document once: elsewhere they would be no fault."""
    found = [(s.start, s.end) for s in split_sentences(document.text)]
    text = document.text
    long = [(a, b) for a, b in found if len(text[a:b].split()) >= FEWEST_WORDS and text.count(text[a:b]) == 1]
    return long or found


def _document(shelf: Shelf, citation: Wire) -> Document:
    document = shelf.find(citation["document_id"])
    if document is None:
        raise ValueError(f"A good answer cites {citation['document_id']}, which is not there.")
    return document


def _text(shelf: Shelf, citation: Wire) -> str:
    return _document(shelf, citation).text


def _quoting(wire: Wire, citation: Wire, quote: str, shelf: Shelf) -> Planted | None:
    if any(quote in shelf.get(name).text for name in shelf):
        return None
    citation["quote"] = quote
    return wire, shelf


def _pointing(wire: Wire, citation: Wire, document: Document, random: Random, shelf: Shelf) -> Planted | None:
    cited: Sequence[str] = [c["quote"] for c in wire["citations"]]
    free = [(a, b) for a, b in _sentences(document) if document.text[a:b] not in cited]
    if not free:
        return None
    start, end = random.choice(free)
    citation |= {
        "document_id": document.id,
        "source": document.source,
        "title": document.title,
        "start": start,
        "end": end,
        "quote": document.text[start:end],
        "content_hash": document.content_hash,
    }
    return wire, shelf
