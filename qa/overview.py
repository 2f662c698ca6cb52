"""What a document says as a whole, in sentences of its own: how it opens, then its most central passages."""

from __future__ import annotations

from collections.abc import Iterator

from index.document import Sentence
from index.splitting import leans_on_previous, split_sentences
from qa.citing import Claim, SourcePassage
from qa.extractive import quote
from qa.retrieving import Retrieved

# Shorter ones are titles and captions.
FEWEST_WORDS = 6


def propose_overview(found: Retrieved) -> Iterator[Claim]:
    """One sentence of each passage, in reading order."""
    for passage in found.passages.values():
        yield quote(passage, _telling(passage))


def _telling(passage: SourcePassage) -> Sentence:
    """The first whole sentence that stands on its own; failing that, the first."""
    retrieved = passage.retrieved
    sentences = [Sentence(s.start + retrieved.start, s.end + retrieved.start) for s in split_sentences(retrieved.text)]

    def stands_alone(sentence: Sentence) -> bool:
        words = retrieved.text[sentence.start - retrieved.start : sentence.end - retrieved.start]
        return (
            len(words.split()) >= FEWEST_WORDS
            and words.rstrip("\"'”’»)]")[-1:] in ".!?。！？"
            and not leans_on_previous(words)
        )

    return next(filter(stands_alone, sentences), sentences[0])
