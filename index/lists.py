"""Which sentences of a passage make a list."""

from __future__ import annotations

from index.document import Passage
from index.structure import is_item, outline


def list_around(passage: Passage, place: int) -> range | None:
    """The places of the sentences of the list that the one at a place is in; None if it is in none of several items."""
    words = [passage.quote(sentence.start, sentence.end) for sentence in passage.sentences]
    is_heading = outline(passage).is_heading
    opens = [is_item(line) and not heading for line, heading in zip(words, is_heading, strict=True)]

    def goes_on(at: int) -> bool:
        """Whether a sentence is in the same line as the one before."""
        between = slice(passage.sentences[at - 1].end - passage.start, passage.sentences[at].start - passage.start)
        return at > 0 and not opens[at] and "\n" not in passage.text[between] and "\r" not in passage.text[between]

    def item(at: int) -> int:
        """Where the item starts that a sentence may be in."""
        while goes_on(at):
            at -= 1
        return at

    first = item(place)
    if not opens[first]:
        return None
    while first and opens[before := item(first - 1)]:
        first = before
    last = place
    while last + 1 < len(words) and (opens[last + 1] or goes_on(last + 1)):
        last += 1
    return range(first, last + 1) if sum(opens[first : last + 1]) > 1 else None
