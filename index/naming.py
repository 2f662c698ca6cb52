"""Which documents a question names: by title, by file name, by how they open."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from index.records import DocumentRecord
from index.words import content_stems, function_stems, stem, stems

# What a document can be; where none is called so, one whose first lines say that it is one is meant.
KINDS = frozenset(
    """agreement agenda announcement article brochure catalogue contract email essay faq form guide handbook howto
    instructions interview inventory invoice leaflet lease letter manual memo memorandum minutes newsletter notes
    notice obituary offer paper plan policy presentation proposal protocol regulations release report review rules
    schedule specification statement status story study summary thesis transcript""".split()
)
KIND_STEMS = frozenset(map(stem, KINDS))
# What stands in a question about a whole document without naming one.
ASKING = frozenset(
    map(
        stem,
        """summarise summarize summary summaries overview tl dr tldr gist takeaway main key central important point idea
        topic subject theme argument message fact give show get want need write make provide create short brief briefly
        quick quickly long simple concise sentence word bullet paragraph line detail cover discuss describe explain say
        said state mention written provision guideline mean deal content contain everything anything something thing
        whole entire full complete document text file page chapter section part clause piece library collection upload
        uploaded add added know like need let help can could kindly use list name read tell question one two three four
        five ten question first language english plain term bottom high level executive wise roughly basically exactly
        actually""".split(),
    )
)
# So much of how a document opens says what kind it is; a first line of up to so many words is a title.
OPENING = 200
TITLE_WORDS = 12
# What the first lines say counts half as much as a name.
OPENS_SO = 0.5
# More than a few documents are not named but spoken of in general.
FEW = 3

_OPENS_TITLE = re.compile(r"^[\s#>*_=-]+")
_APART = re.compile(r"[,;&+]|\b(?:and|or|with|to|versus|vs)\b", re.I)
_POINTS = re.compile(r"\b(?:the|this|that|my|our|your|their|its?|these|those)\s", re.I)
_FILE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:txt|md|markdown)\b", re.I)


@dataclass(frozen=True)
class Named:
    """What one document is known by, as stems that are worked out when they are first asked for."""

    record: DocumentRecord
    begins: str  # how its text does

    @property
    def id(self) -> str:
        """The document's."""
        return self.record.id

    @cached_property
    def titles(self) -> tuple[frozenset[str], ...]:
        """The title, the file's name and the first line if it is one."""
        first = _OPENS_TITLE.sub("", self.begins).partition("\n")[0].strip()
        is_title = 0 < len(first.split()) <= TITLE_WORDS and not first.endswith((".", "!", ","))
        names = (self.record.title, file_name(self.record.source).rpartition(".")[0], first if is_title else "")
        return tuple(frozenset(content_stems(name.replace("_", " "))) for name in names if name)

    @cached_property
    def opening(self) -> frozenset[str]:
        """The kinds that its first lines speak of."""
        return frozenset(stems(self.begins[:OPENING])) & KIND_STEMS

    @cached_property
    def words(self) -> frozenset[str]:
        """All that it is called."""
        return frozenset().union(*self.titles)

    def has(self, word: str) -> float:
        """How surely a word is one of its names."""
        return 1.0 if word in self.words else OPENS_SO if word in self.opening else 0.0

    def is_wholly_in(self, said: Iterable[str]) -> bool:
        """Whether one of its titles was said word by word."""
        every = frozenset(said)
        return any(title and title <= every for title in self.titles)


@dataclass(frozen=True)
class Names:
    """What the documents of a library are known by."""

    documents: Mapping[str, Named]

    @classmethod
    def of(cls, records: Sequence[DocumentRecord], openings: Mapping[str, str], before: Names | None = None) -> Names:
        """From the records and how each text begins, by id; what was worked out `before` a change is kept."""
        known = before.documents if before else {}
        documents = [Named(record, openings.get(record.id, "")) for record in records]
        return cls({named.id: known[named.id] if named == known.get(named.id) else named for named in documents})

    @cached_property
    def _frequencies(self) -> Counter[str]:
        return Counter(word for named in self.documents.values() for word in named.words | named.opening)

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        """By each word of their titles, the documents' ids: few of many are looked at."""
        called: dict[str, list[str]] = {}
        for named in self.documents.values():
            for word in named.words:
                called.setdefault(word, []).append(named.id)
        return called

    def best(self, question: str, within: Iterable[str]) -> list[str]:
        """The ids of the documents that a question names best, all of equals; none if it names none.

        What stands apart ("the contract and the FAQ") names each its own.
        """
        among = [self.documents[id] for id in within if id in self.documents]
        asked = [word for word in content_stems(question) if word not in function_stems()]
        said = [word for word in asked if word not in ASKING] or asked
        chosen = self._best(said, among)
        for part in _APART.split(question)[: FEW + 1]:
            words = [word for word in stems(part) if word in said]
            if words and not any(self.documents[id].has(word) for id in chosen for word in words):
                chosen += self._best(words, among)
        return chosen

    def _best(self, said: Sequence[str], among: Sequence[Named]) -> list[str]:
        weights = {word: self._weight(word) for word in said}
        scores = {named.id: sum(w * named.has(word) for word, w in weights.items()) for named in among}
        highest = max(scores.values(), default=0.0)
        if not highest:
            return []
        equals = [named for named in among if scores[named.id] > highest - 1e-6]
        wholly = [named for named in equals if named.is_wholly_in(said)]
        return [named.id for named in wholly or equals]

    def _weight(self, word: str) -> float:
        """The fewer documents are called so, the more a name says; one that all have says nothing."""
        having = self._frequencies[word]
        if not having:
            return 0.0
        return 1.0 if len(self.documents) == 1 else math.log(len(self.documents) / having)

    def spoken_of(self, question: str, within: Iterable[str]) -> list[str]:
        """The ids of the few documents that a question about something in them names: as "the" kind that they are,
        by a whole title or by the file's name."""
        among = dict.fromkeys(within)
        found: dict[str, None] = {}
        for phrase in pointed_at(question):
            kind = {word for word in stems(phrase) if word in KIND_STEMS}
            found |= dict.fromkeys(id for id in self.best(phrase, among) if any(map(self.documents[id].has, kind)))
        for file in _FILE.finditer(question):
            found |= dict.fromkeys(self.best(file.group().rpartition(".")[0], among))
        said = content_stems(question)
        called = {id for word in said for id in self._called.get(word, ()) if id in among}
        found |= dict.fromkeys(sorted(id for id in called if self.documents[id].is_wholly_in(said)))
        return list(found) if len(found) <= FEW else []

    def called(self, id: str) -> frozenset[str]:
        """The stems that a document is called by; none of one that is not known."""
        return self.documents[id].words if id in self.documents else frozenset()

    def is_title(self, phrase: str, id: str) -> bool:
        """Whether a phrase has the words of one of a document's titles, and no others."""
        return id in self.documents and frozenset(content_stems(phrase)) in self.documents[id].titles

    def asking(self, named: Iterable[str]) -> frozenset[str]:
        """The stems that documents are asked with, whatever it is about; with the names of those that are named."""
        return (ASKING | KIND_STEMS | function_stems()).union(*(self.documents[id].words for id in named))

    def covers(self, phrase: str, id: str) -> bool:
        """Whether a phrase says nothing but what a document is called."""
        said = [word for word in content_stems(phrase) if word not in ASKING]
        return bool(said) and all(self.documents[id].has(word) for word in said)


def pointed_at(question: str) -> Iterator[str]:
    """Phrases such as "the annual report": from an article on, up to the kind of document that it names."""
    for opening in _POINTS.finditer(question):
        following = question[opening.end() :].split()[:5]
        for count, word in enumerate(following, 1):
            if set(stems(word)) & KIND_STEMS:
                yield " ".join(following[:count])
                break
            if stem(word) in function_stems() or word[-1] in "?.!,;:":
                break


def file_name(source: str) -> str:
    """The end of a path or of an upload's name."""
    return PurePosixPath(source.replace("\\", "/")).name.removeprefix("upload:")
