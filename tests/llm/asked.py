"""What a model is asked, read from the prompt as a model reads it: numbered evidence, then a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

_FENCED = r"<{name}-(?P<nonce>[0-9a-f]+)>[ \t]*\n(?P<inside>.*?)\n?</{name}-(?P=nonce)>"
_EVIDENCE = re.compile(_FENCED.format(name="evidence"), re.S)
_QUESTION = re.compile(_FENCED.format(name="question"), re.S)
_CONVERSATION = re.compile(_FENCED.format(name="conversation"), re.S)
_SENTENCE = re.compile(r"^\[(\d+)\] ?(.*)$", re.M)


@dataclass(frozen=True)
class Asked:
    """One request. Whoever reads evidence and question here trusts the outermost fences, as the prompt asks to."""

    system: str
    turns: tuple[tuple[str, str], ...]  # role and text, oldest first, without the system's
    wants_json: bool = False
    streamed: bool = False
    body: Mapping[str, object] = field(default_factory=dict, repr=False)

    @cached_property
    def text(self) -> str:
        """All that the user's side says."""
        return "\n\n".join(text for role, text in self.turns if role == "user")

    @cached_property
    def evidence(self) -> dict[int, str]:
        """The numbered sentences; none where the request is not for an answer."""
        found = _EVIDENCE.search(self.text)
        return {int(n): sentence for n, sentence in _SENTENCE.findall(found["inside"])} if found else {}

    @cached_property
    def question(self) -> str:
        """What stands in the question's fence; nothing if there is none."""
        found = list(_QUESTION.finditer(self.text))
        return found[-1]["inside"].strip() if found else ""

    @property
    def is_rewriting(self) -> bool:
        """Whether a follow-up is to be made to stand alone."""
        return _CONVERSATION.search(self.text) is not None

    def number_of(self, sentence: str) -> int | None:
        """The number of an evidence sentence, as it is printed: on one line, with its own marks in round brackets."""
        wanted = _printed(sentence)
        return next((n for n, text in self.evidence.items() if _printed(text) == wanted), None)

    @property
    def tokens(self) -> int:
        """About how many the prompt has, at four characters each."""
        return sum(len(text) for _, text in [("system", self.system), *self.turns]) // 4


def _printed(sentence: str) -> str:
    return " ".join(re.sub(r"\[(\d+)\]", r"(\1)", sentence).split())
