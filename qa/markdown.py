"""An `Answer` as Markdown that also reads well as plain text: statements with [n] marks, then what the marks stand for.

Text of documents and questions is data: rendered as CommonMark, with GFM's tables and strikethrough and with bare
addresses made links, it is exactly that text, on one line, and nothing else. (White space with a line break or a tab in
it is shown as one space, a control character as U+FFFD; the `Answer` itself has the exact words.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qa.literal import one_line
from qa.wording.verdicts import IN_WORDS, doubt

if TYPE_CHECKING:
    from qa.answer import Answer, Citation, Evidence, Statement
    from qa.linking import Link

CLOSEST = 3  # sentences shown beside a refusal

_DOUBTS = (IN_WORDS["partial"], IN_WORDS["unsupported"])
_CLOSEST_ARE = "Closest, perhaps not an answer:"
_NOTE = "Note: "

# As linkify-it has them: what ends in one of these is made a link even without http://.
_TOP = "[a-z]{2}|com|org|net|edu|gov|biz|pro|web|xxx|aero|asia|coop|info|museum|name|shop|рф"
# What is more than itself, after CommonMark 0.31.2; as few as possible, since the text is read in terminals, too.
_MARKUP = re.compile(
    r"""
      [`\[\]]                                # code, links, images, and marks that are none of ours
    | (?<![ ])[*~] | [*~](?![ ])             # emphasis and strikethrough, unless they stand alone
    | (?<![^\W_])_ | _(?![^\W_])             # emphasis, unless it is within a word
    | <(?![ =\d])                            # tags, comments and addresses in angle brackets
    | &(?=\#?[A-Za-z0-9]+;)                  # entities
    | \\(?=[!-/:-@\[-`{-~]|$)                # what is an escape already
    | /(?=/(?![ ]))                          # bare addresses: http://…, www.…, a@…, and those that end in .com
    | (?<=www)\. | (?<=[^ ])@(?=[^ ])
    | (?<=[^ ])\.(?=xn--|(?:TOP)(?![^\W_]))
    """.replace("TOP", _TOP),
    re.VERBOSE | re.IGNORECASE,
)
# What opens a heading, a quotation, a list or a line across at the beginning of a paragraph.
_OPENING = re.compile(r"#(?=#{0,5}(?: |$))|>|\+(?= |$)|-(?=[ -]|$)|(?<=\d)[.)](?= |$)")
_OPENS = re.compile(rf"(\d{{0,9}})(?:{_OPENING.pattern})")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = re.compile(rf"(?: \((?:{'|'.join(_DOUBTS)})\))?(?: \[\d+\])+")
_STRUCK = re.compile(rf" ?~~(?:[^\\~]|\\.|~(?!~))*~~ \({IN_WORDS['unsupported']}\)")
_END = re.compile(rf"\n\n(?:\[1\] |{_NOTE}|{_CLOSEST_ARE})")


def as_markdown(answer: Answer, link: Link | None = None) -> str:
    """The whole answer: what it states or why it refuses, its footnotes, its notices."""
    said = [stated(statement, is_first=not place) for place, statement in enumerate(answer.statements)]
    return "".join(said) + remainder(answer, link)


def stated(statement: Statement, *, is_first: bool) -> str:
    """A statement with the numbers of what it cites; all of them, put together, are a paragraph."""
    text = escaped(statement.text)
    doubted = f" ({doubt(statement)})" if doubt(statement) else ""
    if statement.is_struck:
        return f"{'' if is_first else ' '}~~{text}~~{doubted}"
    return (_opened(text) if is_first else f" {text}") + doubted + "".join(f" [{n}]" for n in statement.citations)


def remainder(answer: Answer, link: Link | None = None) -> str:
    """What comes after the statements, once all are there; begins with what sets it off from them."""
    blocks = [*_refusal(answer), *(footnote(citation, link) for citation in answer.citations)]
    blocks += [_NOTE + escaped(notice.message) for notice in answer.notices]
    opening = "\n\n" if answer.statements and blocks else ""
    return opening + "\n\n".join(blocks)


def footnote(citation: Citation, link: Link | None = None) -> str:
    """A citation: its number, where it stands, its words."""
    place = [citation.title]
    if citation.page is not None:
        place.append(f"page {citation.page}")
    if citation.heading:
        place.append(citation.heading)
    address = f" <{link(citation)}>" if link else ""
    return f"[{citation.number}] {escaped(', '.join(place))}: “{escaped(citation.quote)}”{address}"


def escaped(text: str) -> str:
    """A text that is rendered as itself within a paragraph."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def spoken(markdown: str) -> str:
    """What an answer that came back says, as it is remembered: without marks, escapes, footnotes, notices, and what was
    struck."""
    said = _STRUCK.sub("", _END.split(markdown, maxsplit=1)[0])
    return _ESCAPED.sub(r"\1", _MARKS.sub("", said)).strip()


def _opened(text: str) -> str:
    """An escaped text that is rendered as itself at the beginning of a paragraph, too."""
    found = _OPENS.match(text)
    return f"{text[: found.end() - 1]}\\{text[found.end() - 1 :]}" if found else text


def _refusal(answer: Answer) -> Iterator[str]:
    if answer.refusal is None:
        return
    yield _opened(escaped(answer.refusal.message))
    if answer.evidence:
        yield _CLOSEST_ARE
        yield "\n".join(_closest(answer.evidence[:CLOSEST]))


def _closest(evidence: Sequence[Evidence]) -> Iterator[str]:
    for sentence in evidence:
        yield f"- {_opened(escaped(sentence.title))}: “{escaped(sentence.text)}”"
