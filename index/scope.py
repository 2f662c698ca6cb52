"""What an overview that is asked for is to be of: everything, the documents that are named, or a section."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import UnknownDocument
from index.naming import Names
from index.overview import Section, section_about, sections_of
from index.records import DocumentRecord
from index.words import content_stems

if TYPE_CHECKING:
    from index.library import Library

# "about the risks", "on data protection": what is to be summed up of a document or of all.
_TOPIC = re.compile(
    r"\b(?:about|on|regarding|concerning|called|titled|chapter|section|part|clause)\s+(?P<topic>.+)$", re.I
)
# In so many documents with the words of a topic a heading is looked for.
LOOKED_THROUGH = 20
# A question that may ask for a section costs no more than reading the documents of so many passages with its words.
BEST_HITS = 5
# "Possible side effects" and "Risks and issues" are the side effects and the risks; what says more is about more.
SAYS_MORE = 1
# Of so many documents it is remembered what they are parted into.
REMEMBERED = 1_000


class Sections:
    """The sections of documents that were looked into, as long as their content is the same: to find them takes by the
    length of the text, and one question may ask of several books."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, tuple[Section, ...]]] = {}  # by id, with the content's hash
        self._lock = threading.Lock()

    def of(self, library: Library, document_id: str) -> tuple[Section, ...]:
        """A document's, in order; none if it is gone."""
        try:
            content_hash = library.find(document_id).content_hash
            known = self._known.get(document_id)
            if known is None or known[0] != content_hash:
                known = content_hash, sections_of(library.document(document_id))
        except UnknownDocument:
            known = None
        with self._lock:
            self._known.pop(document_id, None)
            if known is None:
                return ()
            self._known[document_id] = known  # the last that was asked for comes last
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        return known[1]


@dataclass(frozen=True)
class Scope:
    """What an overview is of."""

    documents: tuple[DocumentRecord, ...]
    of: int  # how many documents there are
    is_named: bool = False  # whether these were named, not just all there are
    section: Section | None = None  # only that part of the one document
    topic: tuple[str, ...] = ()  # what is asked about that is neither; stems

    @classmethod
    def of_question(
        cls,
        question: str,
        library: Library,
        names: Names,
        sections: Sections,
        documents: Collection[str] | None = None,
    ) -> Scope:
        """What a question asks an overview of.

        Args:
            question: as it stands alone.
            library: what there is.
            names: what its documents are known by.
            sections: what they are parted into.
            documents: ids of those that are asked; None: all.
        """
        records = [r for r in library.documents() if documents is None or r.id in documents]
        named = names.best(question, [record.id for record in records])
        chosen = tuple(record for record in records if record.id in named) or tuple(records)
        topic = _topic(question, names, named)
        ids = [record.id for record in records]
        section = _section(topic, named, library, sections, ids) if topic else None
        if section:
            [record] = [record for record in records if record.id == section.document_id]
            return cls((record,), len(records), is_named=True, section=section)
        if named and not _TOPIC.search(question):  # "the meeting minutes" asks about no meeting
            topic = ()
        return cls(chosen, len(records), bool(named), topic=topic)

    @classmethod
    def of_heading(
        cls,
        wanted: str,
        owner: str,
        library: Library,
        names: Names,
        sections: Sections,
        documents: Collection[str] | None = None,
    ) -> Scope | None:
        """The section whose heading says what is wanted, and hardly more; None if there is none, or more than one.

        Args:
            wanted: such as "side effects".
            owner: the name of the document that it is to be of; of any if empty.
            library: what there is.
            names: what its documents are known by.
            sections: what they are parted into.
            documents: ids of those that are asked; None: all.
        """
        records = [r for r in library.documents() if documents is None or r.id in documents]
        ids, topic = [record.id for record in records], content_stems(wanted)
        named = names.best(owner, ids) or ids[:1] if owner or len(ids) == 1 else []
        found = [
            section
            for section in _sections(topic, named, library, sections, ids, BEST_HITS)
            if len(set(content_stems(section.heading)) - set(topic)) <= SAYS_MORE
            # "What are the services in the service contract?" does not ask for what is called as all of it.
            and not names.is_title(section.heading, section.document_id)
        ]
        if len(found) != 1:
            return None
        [record] = [record for record in records if record.id == found[0].document_id]
        return cls((record,), len(records), is_named=True, section=found[0])


def _topic(question: str, names: Names, named: Sequence[str]) -> tuple[str, ...]:
    """The words that say what is to be summed up, other than the documents' names."""
    explicit = _TOPIC.search(question)
    said = content_stems(explicit["topic"]) if explicit else content_stems(question)
    left_out = names.asking(named)
    return tuple(word for word in said if word not in left_out)


def _section(
    topic: Sequence[str], named: Sequence[str], library: Library, sections: Sections, ids: Sequence[str]
) -> Section | None:
    """The part of a document whose heading is about a topic, and about least else."""
    found = _sections(topic, named, library, sections, ids, LOOKED_THROUGH)
    return min(found, key=lambda section: len(content_stems(section.heading)), default=None)


def _sections(
    topic: Sequence[str], named: Sequence[str], library: Library, sections: Sections, ids: Sequence[str], most: int
) -> list[Section]:
    """Of each document, of those named if any or else of those with the best hits, the part whose heading is about a
    topic."""
    if not named:
        hits = library.search_lexical(topic, most, ids)
        named = list(dict.fromkeys(p.record.id for p in library.passages([hit.passage_id for hit in hits])))
    found = [section_about(topic, sections.of(library, id)) for id in named[:most]]
    return [section for section in found if section]
