"""Errors of the question side; every message is one line and names the next step.

FootnoteError (index.errors)
└── AskingError
    ├── WrongUse
    │   ├── WrongSetting
    │   ├── BadRecord
    │   ├── NoSuchPlace
    │   ├── SourceChanged
    │   ├── LongQuote
    │   └── CannotCompare
    ├── CannotWrite
    ├── NameTaken
    ├── NoVerdict
    ├── ModelFailed
    ├── NotAnswered
    ├── Busy
    ├── Cancelled
    └── Closed
"""

from __future__ import annotations

from index.errors import FootnoteError


class AskingError(FootnoteError):
    """What was asked for cannot be done, or not now."""


class WrongUse(AskingError):
    """What was given makes no sense; the message says what would."""


class WrongSetting(WrongUse):
    """A setting has a value that it cannot have."""


class BadRecord(WrongUse):
    """A record of a question set, of answers to be scored, or of claims to be judged is not what it should be."""

    def __init__(self, place: str, field: str | None, reason: str) -> None:
        where = f"{place}, field {field}" if field else place
        super().__init__(f"{where}: {reason.rstrip('.')}.")
        self.place, self.field, self.reason = place, field, reason


class NoSuchPlace(WrongUse):
    """A document has no stretch of text where one is said to be."""

    def __init__(self, document_id: str, start: int, end: int, characters: int) -> None:
        super().__init__(f"The document {document_id} has no characters {start} to {end}: it has {characters:,}.")
        self.document_id, self.start, self.end = document_id, start, end


class SourceChanged(WrongUse):
    """A document's content is another than the one that was cited, so the place in it may be, too."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"The document {document_id} has changed since it was cited: ask again for its words now.")
        self.document_id = document_id


class LongQuote(WrongUse):
    """A stretch of text is longer than a quote can be."""

    def __init__(self, longest: int) -> None:
        super().__init__(f"The span is longer than {longest:,} characters: quote less at once.")
        self.longest = longest


class CannotCompare(WrongUse):
    """Two evaluations are not of the same questions over the same passages, or a metric has no value."""


class CannotWrite(AskingError):
    """The file for the answers takes no more."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be written ({reason}): mend that and run the same command; it goes on there.")


class NameTaken(AskingError):
    """Another document has this name, and nothing was said of replacing it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a {name}: replace it, or keep both.")
        self.name = name
        # Which cannot keep both.
        self.to_programs = f"There is already a {name}: send replace=true to replace it, or choose another name."


class NoVerdict(AskingError):
    """A language model that was asked to judge a claim did not say what it thinks of it."""

    def __init__(self, reply: str) -> None:
        words = " ".join(reply.split())
        shown = f"{words[:80]}…" if len(words) > 80 else words
        super().__init__(f"The model gave no verdict but “{shown}”: judge with another model.")


class ModelFailed(AskingError):
    """A language model did not do its part. The message says why, not what a provider said: it may repeat keys."""


class NotAnswered(AskingError):
    """A language model says that the evidence does not answer the question."""

    def __init__(self) -> None:
        super().__init__("The language model found no answer in the closest passages.")


class Busy(AskingError):
    """So many questions are waiting that one more is not taken."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too much is waiting: try again in {retry_after} s.")
        self.retry_after = retry_after  # whole seconds, at least 1


class Cancelled(AskingError):
    """The question was given up before its answer was whole."""

    def __init__(self) -> None:
        super().__init__("The question was cancelled: ask it again for an answer.")


class Closed(AskingError):
    """Footnote is shutting down and takes no more questions."""

    def __init__(self) -> None:
        super().__init__("Footnote is shutting down: ask again when it has started.")
