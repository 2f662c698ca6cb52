"""The sentence of a passage that tells most without the others."""

from __future__ import annotations

from index.document import Sentence
from index.splitting import leans_on_previous
from index.structure import headings
from qa.citing import SourcePassage, Support

# Shorter ones are titles and captions.
FEWEST_WORDS = 6


def telling(passage: SourcePassage) -> Sentence:
    """The first whole sentence that stands on its own and is no heading; failing that, the first."""
    sentences = passage.sentences()
    titles = {passage.retrieved.start + title.start for title in headings(passage.retrieved.text)}

    def stands_alone(sentence: Sentence) -> bool:
        words = Support(passage, sentence.start, sentence.end).quote
        return (
            sentence.start not in titles
            and len(words.split()) >= FEWEST_WORDS
            and words.rstrip("\"'”’»)]")[-1:] in ".!?。！？"
            and not leans_on_previous(words)
        )

    return next(filter(stands_alone, sentences), sentences[0])
