"""Accents in one code point or two are one spelling, and offsets follow."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from qa.verifying.composing import composed, composed_offsets


def test_offsets_are_those_of_the_composed_text() -> None:
    apart = unicodedata.normalize("NFD", "Zoë in Zürich")

    assert composed(apart) == "Zoë in Zürich"
    assert composed_offsets(apart, [0, 2, 3, 5, apart.index("rich")]) == [0, 2, 2, 4, 9]


@given(st.text())
def test_offsets_lie_within_the_text_in_order(text: str) -> None:
    offsets = composed_offsets(text, range(len(text)))

    assert all(0 <= offset < len(composed(text)) for offset in offsets)
    if unicodedata.is_normalized("NFC", text):
        assert offsets == list(range(len(text)))
