"""What a language model writes -> statements with the numbers they are said to rest on, each as soon as it is whole.

Two forms are read, whichever was asked for: `{"statements": [{"text", "evidence"}]}`, and plain sentences with marks.
Nothing here trusts a number or mends a broken form: what cannot be read is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.splitting import split_sentences
from qa.literal import one_line
from qa.marks import OPENING, leading, numbers, without_marks

NO_ANSWER = "NOT IN THE DOCUMENTS"

LONGEST = 20_000  # characters of a reply; what comes after is not read
LONGEST_THOUGHT = 500_000  # characters that a model thinks aloud before its reply
MOST = 60  # statements of a reply
AT_ONCE = 500  # characters; looking for where a sentence ends takes time by the length of all that follows

_NO_ANSWER = re.compile(rf"\W*{NO_ANSWER}\W*", re.I)
_THOUGHT = re.compile(r"\s*<think(?:ing)?>", re.I)
_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>", re.I)
_FENCE = re.compile(r"\s*```\w*\s")
_MAY_OPEN = re.compile(r"\s*(?:<[a-z]*|`+\w*|\[\s*)?\Z", re.I)  # a thought, fence or list that has not come whole yet
_LISTED = re.compile(r"\s*(?:\{|\[\s*\{)")
_LIST = re.compile(r"[{\[]?[^\[{}]*\[\s*(?=[{\]])")  # up to the first statement, or to the end of an empty list
_LINE = re.compile(r"[^\r\n]+")
_BEGUN = re.compile(rf"[^\w{re.escape(OPENING)}]*\w")
_BULLET = re.compile(r"\A\s*(?:[-*•–+]|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
# A heading, a lead-in and a question state nothing.
_STATES_NOTHING = re.compile(r"#|.*[:：?？]\W*\Z", re.S)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sentence, on one line and without marks, and the numbers that came with it."""

    text: str
    numbers: tuple[int, ...]


class Reader:
    """Reads one reply as it comes."""

    def __init__(self) -> None:
        self._text = ""
        self._length = 0
        self._thought = 0  # characters of it that are forgotten
        self._said = 0
        self._said_no = False
        self._form: _Prose | _Listed | None = None

    @property
    def is_full(self) -> bool:
        """Whether nothing more will be read."""
        return self._length >= LONGEST or self._thought >= LONGEST_THOUGHT or self._said >= MOST

    @property
    def says_no(self) -> bool:
        """Whether the reply says that the evidence does not answer."""
        return not self._said and (self._said_no or (isinstance(self._form, _Listed) and self._form.is_empty))

    @property
    def is_broken(self) -> bool:
        """Whether the reply ended before its form was whole."""
        return isinstance(self._form, _Listed) and not self._form.is_whole

    def read(self, text: str) -> Iterator[Proposed]:
        """The statements that are whole with this piece of the reply."""
        text = text[: max(0, LONGEST - self._length)]
        self._length += len(text)
        for start in range(0, len(text), AT_ONCE):
            self._text += text[start : start + AT_ONCE]
            yield from self._statements(is_last=False)

    def end(self) -> Iterator[Proposed]:
        """The statements that are whole because nothing more comes."""
        yield from self._statements(is_last=True)

    def _statements(self, *, is_last: bool) -> Iterator[Proposed]:
        if self._form is None:
            self._form = self._opened(is_last)
        if self._form is None:
            return
        new, self._text = self._text, ""
        for proposed in self._form.read(new, is_last=is_last):
            for sentence in _sentences(proposed):
                if _NO_ANSWER.fullmatch(sentence.text):
                    self._said_no = True
                elif self._said < MOST:
                    self._said += 1
                    yield sentence

    def _forget_thought(self) -> None:
        """Of what is thought aloud only the end is kept, where it may close; it does not count as the reply."""
        if len(self._text) > 2 * AT_ONCE:
            self._thought += len(self._text) - AT_ONCE
            self._text = f"<think>{self._text[-AT_ONCE:]}"
        self._length = 0

    def _opened(self, is_last: bool) -> _Prose | _Listed | None:
        """The form of a reply, once its beginning tells; what the model thought aloud is dropped."""
        if _THOUGHT.match(self._text):
            ends = _THOUGHT_ENDS.search(self._text)
            if ends is None:
                self._forget_thought()
                return None
            self._text = self._text[ends.end() :]
            self._length = len(self._text)
        if fence := _FENCE.match(self._text):
            self._text = self._text[fence.end() :]
        if not is_last and _MAY_OPEN.match(self._text):
            return None
        return _Listed() if _LISTED.match(self._text) else _Prose()


class _Listed:
    """A JSON object with a list of statements, or such a list alone."""

    def __init__(self) -> None:
        self._text = ""
        self._in_list = False
        self._has_any = False
        self.is_whole = False

    @property
    def is_empty(self) -> bool:
        return self.is_whole and not self._has_any

    def read(self, text: str, *, is_last: bool) -> Iterator[Proposed]:
        self._text += text
        if not self._in_list:
            opening = _LIST.match(self._text.lstrip())
            if opening is None:
                return
            self._text, self._in_list = self._text.lstrip()[opening.end() :], True
        if "}" not in text and "]" not in text and not is_last:
            return  # no object has closed
        while not self.is_whole:
            self._text = self._text.lstrip(" \t\r\n,")
            if self._text.startswith("]"):
                self.is_whole = True
            elif not self._text.startswith("{"):
                return
            else:
                try:
                    fields, end = json.JSONDecoder().raw_decode(self._text)
                except (ValueError, RecursionError):
                    return  # not whole, or nothing that is
                self._text = self._text[end:]
                self._has_any = True
                if (proposed := _proposed(fields)) is not None:
                    yield proposed


class _Prose:
    """Sentences with marks; a line ends a sentence, too."""

    def __init__(self) -> None:
        self._text = ""
        self._tried = 0  # characters when it was last looked for a whole sentence

    def read(self, text: str, *, is_last: bool) -> Iterator[Proposed]:
        self._text += text
        # Not at each of the thousand pieces of a sentence without an end: to look takes time by its length.
        if not is_last and len(self._text) - self._tried < len(self._text) // 20:
            return
        while (whole := self._first(is_last)) is not None:
            sentence, marks, end = whole
            self._text = self._text[end:]
            yield Proposed(without_marks(sentence), (*numbers(sentence), *numbers(marks)))
        self._tried = len(self._text)

    def _first(self, is_last: bool) -> tuple[str, str, int] | None:
        """The first sentence if it is whole, the marks behind it, and where what follows begins.

        It is whole once the next one has begun: "It opened." may be followed by its mark.
        """
        line = _LINE.search(self._text)
        if line is None:
            return None
        start = line.start()
        if bullet := _BULLET.match(line.group()):
            start += bullet.end()
        first = next(iter(split_sentences(self._text[start : line.end()])), None)
        if first is None:
            return ("", "", line.end()) if is_last or line.end() < len(self._text) else None
        end = start + first.end
        behind = end + leading(self._text[end:])
        if not is_last and not _BEGUN.match(self._text, behind):
            return None
        return self._text[start + first.start : end], self._text[end:behind], behind


def _proposed(fields: Any) -> Proposed | None:
    """A statement as it is listed; None if it is none."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        return None
    listed = fields.get("evidence")
    given = " ".join(f"[{n}]" for n in (listed if isinstance(listed, list) else [listed]))
    text = one_line(fields["text"])
    return Proposed(without_marks(text), (*numbers(given), *numbers(text)))


def _sentences(proposed: Proposed) -> Iterator[Proposed]:
    """Each sentence of it that states something, as plain text."""
    text = _EMPHASIS.sub(r"\2", _BULLET.sub("", one_line(proposed.text), count=1))
    for sentence in split_sentences(text):
        words = text[sentence.start : sentence.end]
        if re.search(r"\w", words) and not _STATES_NOTHING.match(words):
            yield Proposed(words, tuple(dict.fromkeys(proposed.numbers)))
