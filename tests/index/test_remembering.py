"""An encoder that remembers, over one that counts."""

from __future__ import annotations

import numpy as np
import pytest

import index.remembering
from index.document import Document, Passage
from index.remembering import RememberingEncoder
from index.splitting import split
from tests.standin import StandInEncoder


def passages(*texts: str) -> list[Passage]:
    return [split(Document.from_text(text), lambda text: len(text.split()), 200)[0] for text in texts]


def test_a_text_is_encoded_once_and_as_before() -> None:
    plain = StandInEncoder()
    encoder = RememberingEncoder(plain)
    wanted = StandInEncoder().encode(passages("The bridge.", "The owl.", "The bridge."))

    first = encoder.encode(passages("The bridge.", "The owl.", "The bridge."))
    again = encoder.encode(passages("The owl.", "The bridge."))

    assert plain.calls == 2
    assert all(np.array_equal(a.tokens, b.tokens) for a, b in zip(first, wanted, strict=True))
    assert [a is b for a, b in zip(again, [first[1], first[0]], strict=True)] == [True, True]


def test_it_forgets_rather_than_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.remembering, "REMEMBERED", 2)
    plain = StandInEncoder()
    encoder = RememberingEncoder(plain)

    encoder.encode(passages("One.", "Two."))
    three = encoder.encode(passages("Two.", "Three.", "Four."))

    assert len(three) == 3
    assert plain.calls == 2 + 3
