"""The answerer with a language model: it words the answer, and what it says goes for nothing until it is supported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from index.words import content_stems
from qa.answer import Notice, Turn
from qa.answering import Step, Work
from qa.citing import Claim, Support
from qa.errors import ModelFailed, NotAnswered
from qa.generative import models
from qa.generative.calling import BROKE_OFF, Call, Pieces, did_not_take_the_form
from qa.generative.evidence import Shown, closest, parts, sentences
from qa.generative.prompting import answering, overhead, rewriting
from qa.generative.reading import Proposed, Reader
from qa.literal import one_line
from qa.retrieving import Retrieved
from qa.verifying.differences import difference

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

# Parts that documents are read in, at most: each is a call. Of longer ones every so many passages are read.
MOST_PARTS = 12
LONGEST_QUESTION = 300  # characters of a follow-up that was restated
NEW_WORDS = 2  # content words in it that nobody had said; names and numbers are not among them


class GenerativeAnswerer:
    """Asks a chat model for statements with the numbers of their evidence; neither is trusted."""

    reads_all = True

    def __init__(self, model: BaseChatModel, context: int | None = None, seconds: float = models.SECONDS) -> None:
        """Sets it up; nothing is called.

        Args:
            model: any chat model of LangChain's.
            context: its window in tokens; left out, its profile's.
            seconds: that one of its replies may take.
        """
        self.model = models.name_of(model)
        self._plain: Runnable[Any, Any] = model
        self._listing = models.with_schema(model)
        self._seconds = seconds
        window = models.window_of(model, context)
        self._window = window - models.reserved(window)

    def propose(self, question: str, found: Retrieved, work: Work) -> Iterator[Step]:
        """Statements as they are written."""
        shown = closest(found, self._room(question))
        if not shown.supports:
            raise NotAnswered
        yield from self._claims(question, shown, work)

    def sum_up(self, question: str, found: Retrieved, work: Work) -> Iterator[Step]:
        """Statements about all passages; where these exceed the window, about what those on each part rest on."""
        room = self._room(question)
        passages = list(found.passages.values())
        read = parts(sentences(passages), room)
        if len(read) > MOST_PARTS:
            every = -(-len(read) // MOST_PARTS)
            read = parts(sentences(passages[::every]), room)[:MOST_PARTS]
            yield Notice(
                code="read_in_part",
                message=f"The documents are long: this is from every {_ordinal(every)} of their passages.",
            )
        while len(read) > 1:
            telling: list[Support] = []
            for part in read:
                yield from self._note(question, part, telling, work)
            narrowed = parts(telling, room)
            read = narrowed if len(narrowed) < len(read) else narrowed[:1]
        if not read:
            raise NotAnswered
        yield from self._claims(question, Shown.all_of(read[0]), work)

    def restate(self, question: str, history: Sequence[Turn], work: Work) -> str | None:
        """What the model makes of a follow-up, if it says nothing in it that was not said before."""
        reply = "".join(Call(self._plain, rewriting(question, history), work, self._seconds).pieces())
        lines = [one_line(line) for line in re.sub(r"(?s)<think.*?</think\w*>", "", reply).splitlines() if line.strip()]
        restated = lines[0].strip("\"'“”") if len(lines) == 1 else ""
        if not restated or len(restated) > LONGEST_QUESTION:
            return None
        said = [question, *(turn.content for turn in history)]
        known = {stem for text in said for stem in content_stems(text)}
        new = set(content_stems(restated)) - known
        is_said = len(new) <= NEW_WORDS and difference(restated, said) is None
        return restated if is_said else None

    def _room(self, question: str) -> int:
        """Tokens for evidence."""
        return self._window - overhead(question)

    def _claims(self, question: str, shown: Shown, work: Work) -> Iterator[Step]:
        """What the model states, each time nothing where it has not finished a statement."""
        reader = Reader()
        count = 0
        call, pieces = self._asked(question, shown.supports, work)
        with closing(pieces):
            for piece in pieces:
                yield None
                for proposed in reader.read(piece):
                    count += 1
                    yield _claim(proposed, shown, question)
                if reader.is_full:
                    break
        if not call.was_cut and not reader.is_full:
            for proposed in reader.end():
                count += 1
                yield _claim(proposed, shown, question)
        if reader.says_no:
            raise NotAnswered
        if not count:
            raise ModelFailed("The language model wrote nothing that can be read as an answer.")
        if call.was_cut or reader.is_broken:
            raise ModelFailed(BROKE_OFF)

    def _asked(self, question: str, evidence: Sequence[Support], work: Work) -> tuple[Call, Pieces]:
        """A call whose first piece has come; in the plain form once a server did not take the other."""
        quotes = [support.quote for support in evidence]
        if self._listing is not None:
            messages = answering(question, quotes, is_listed=True)
            try:
                return _begun(Call(self._listing, messages, work, self._seconds))
            except ModelFailed as failure:
                if not did_not_take_the_form(failure):
                    raise
                self._listing = None
        return _begun(Call(self._plain, answering(question, quotes, is_listed=False), work, self._seconds))

    def _note(self, question: str, part: tuple[Support, ...], telling: list[Support], work: Work) -> Iterator[Step]:
        """Adds what of a part its statements rest on, and says nothing."""
        try:
            for step in self._claims(question, Shown.all_of(part), work):
                yield None
                if isinstance(step, Claim):
                    telling += [support for support in step.supports if support not in telling]
        except NotAnswered:
            return


def _begun(call: Call) -> tuple[Call, Pieces]:
    pieces = call.pieces()
    first = next(pieces, "")
    return call, _from(first, pieces)


def _from(first: str, others: Pieces) -> Pieces:
    with closing(others):
        yield first
        yield from others


def _claim(proposed: Proposed, shown: Shown, question: str) -> Claim:
    """A statement with the words that its numbers stand for, and all others that it may rest on."""
    return Claim(proposed.text, shown.named(proposed.numbers), shown.bearing, question)


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
