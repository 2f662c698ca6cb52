"""How far a quote goes beyond the sentence that answers: to what it needs to be understood, or to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.document import Passage, Sentence
from index.expecting import EXPECTED
from index.lists import list_around
from index.ranking import ScoredSentence
from index.splitting import leans_on_previous, parts_paragraphs

# So much better, as a cosine, a question for a whole list fits what is above the list than an item of it. On our own
# questions for an item the difference is at most .12.
OF_ALL = 0.15
# A sentence that leans on one that leans itself brings both.
FARTHEST_BACK = 2
# A sentence that has so much of what a question for a reason says, and no reason, says it again.
ECHOES = 0.7

_ASKS_WHO = re.compile(r"\W*(?:and |so )?who(?:m|se)?\b", re.I)
_SOMEBODY = re.compile(r"\b(?:an?|some|several|two|three|four|five|six|\d+)\s(?!year|month|week|day|hour)", re.I)
# "They were Arvid Solheim and …", "Beth and Carlos Arrieta, who …": at the head of the sentence that is about them.
_NAMES_THEM = re.compile(
    r"(?:They (?:are|were)|(?:He|She) (?:is|was)|The \w+(?: \w+)?(?:(?: are| were| is| was)(?: named as)?|,))?\W*"
    r"(?!(?:By|On|In|At|After|Before|From|For|With|Since|Until|Last|During|Under|Among)\b)"
    r"[A-Z][\w’'-]+ (?:(?:and|de|van|von) (?:[A-Z][\w’'-]+ )?)?[A-Z][\w’'-]+"
)
# The words of a quotation without who says them.
_ONLY_SPOKEN = re.compile(r"""(?:"[^"]*"?|“[^”]*”?)""", re.DOTALL)
# "Also known as the Old Fort, the tower …" names its subject, if late; "Originally built in 1850, it …" does not.
_NAMES_IT_LATER = re.compile(
    r"(?:also|initially|later|now|originally|then)\s\w+(?:ed|en|lt|wn)\s(?!(?:is|are|was|were)\b)"
    r"(?!.*,\s(?:it|he|she|they)\b).*,\s",
    re.IGNORECASE | re.DOTALL,
)
# "Yes. You may work from home …": what is answered, and the answer.
_REPLY = re.compile(
    r"(?:yes|no|not yet|not always|of course|of course not|certainly|sometimes|never|unfortunately not)[.!]",
    re.IGNORECASE,
)


def list_asked_for(question: str, scored: ScoredSentence) -> Iterator[Sentence]:
    """The list that a sentence is an item of, or announces, if all of it is asked for; with what announces it.

    "What is Pia’s task? What about Olu?" asks for an item, whatever list the first question named.
    """
    if question.count("?") > 1:
        return
    passage, sentences = scored.passage, scored.passage.sentences
    place = sentences.index(scored.sentence)
    announces = scored.text.endswith(":") and place + 1 < len(sentences)
    by_context = scored.signals.context_interaction - scored.signals.late_interaction
    if not announces and by_context < OF_ALL:
        return
    items = list_around(passage, place + announces)
    if items is None:
        return
    first = items[0]
    if first and passage.quote(sentences[first - 1].start, sentences[first - 1].end).endswith(":"):
        first -= 1
    yield Sentence(sentences[first].start, sentences[items[-1]].end)


def with_its_subject(scored: ScoredSentence) -> Sentence:
    """The sentence, from the one that names its subject on if it opens with a pronoun or a bare connective, and with
    the "yes" or "no" that it explains; these with what explains them."""
    passage, sentences = scored.passage, scored.passage.sentences
    last = first = sentences.index(scored.sentence)
    while first > 0 and last - first < FARTHEST_BACK:
        before, opening = sentences[first - 1], sentences[first]
        leans = _lacks_its_subject(passage.quote(opening.start, opening.end))
        if not leans or not _is_next(passage, before, opening) or _is_spoken(passage, before):
            break
        first -= 1
    if first > 0 and _REPLY.fullmatch(passage.quote(sentences[first - 1].start, sentences[first - 1].end)):
        first -= 1
    if first == last and last + 1 < len(sentences) and _REPLY.fullmatch(scored.text):
        last += 1
    return Sentence(sentences[first].start, sentences[last].end)


def with_what_is_missing(question: str, scored: ScoredSentence) -> Iterator[Sentence]:
    """The sentence with the next one, if it lacks what is asked for and that has it: who the "two people" are, and why
    what is asked why it is so is so."""
    passage, sentences = scored.passage, scored.passage.sentences
    place = sentences.index(scored.sentence)
    if place + 1 == len(sentences) or not _is_next(passage, scored.sentence, sentences[place + 1]):
        return
    following = passage.quote(sentences[place + 1].start, sentences[place + 1].end)
    reason, name = EXPECTED["reason"], EXPECTED["name"]
    lacks_reason = reason.is_asked_for(question) and not reason.teller(question)(scored.text)
    lacks_name = _ASKS_WHO.match(question) is not None and not name.teller(question)(scored.text)
    named = _NAMES_THEM.match(following)
    if (lacks_reason and scored.signals.coverage >= ECHOES) or (
        lacks_name and _SOMEBODY.search(scored.text) and named and named.group() not in question
    ):
        yield Sentence(with_its_subject(scored).start, sentences[place + 1].end)


def _is_next(passage: Passage, before: Sentence, after: Sentence) -> bool:
    """Whether two neighbours stand in one paragraph."""
    return not parts_paragraphs(passage.text[before.end - passage.start : after.start - passage.start])


def _is_spoken(passage: Passage, sentence: Sentence) -> bool:
    """Whether a sentence begins within a quotation, or is one by itself, and so does not say whose words they are."""
    text, start = passage.text, sentence.start - passage.start
    paragraph = max(text.rfind("\n\n", 0, start), text.rfind("\r\n\r\n", 0, start), 0)
    before = text[paragraph:start]
    if before.count('"') % 2 or before.count("“") > before.count("”"):
        return True
    return _ONLY_SPOKEN.fullmatch(passage.quote(sentence.start, sentence.end)) is not None


def _lacks_its_subject(sentence: str) -> bool:
    return leans_on_previous(sentence) and not _NAMES_IT_LATER.match(sentence)
