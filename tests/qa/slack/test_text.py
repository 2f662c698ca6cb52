"""Cuts that no reader sees, and escaping that every surface undoes."""

from __future__ import annotations

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from qa.slack.text import bytes_in_json, clipped, for_markdown, for_mrkdwn, pieces, unescape_once, utf8
from tests.qa.slack.rendering import markdown_text

# What texts are made of: words, scripts of several bytes, clusters of several code points, and everything else.
MADE_OF = ["word ", "東京", "👩‍👩‍👧‍👦", "é", "🇩🇪", "\n", '"', "\\", "<!here>", "&lt;", "_*~`"]
TEXTS = st.lists(st.sampled_from(MADE_OF) | st.text()).map("".join)


@given(TEXTS, st.integers(40, 200))
@example(f"word {MADE_OF[2] * 2}", 40)
def test_pieces_are_small_enough_and_joined_are_the_text(text: str, most: int) -> None:
    cut = list(pieces(text, most))

    assert "".join(cut) == text
    assert all(bytes_in_json(piece) <= most for piece in cut)
    assert all(cut)


@given(TEXTS)
def test_no_grapheme_that_fits_is_cut(text: str) -> None:
    graphemes = regex.findall(r"\X", text)
    if any(bytes_in_json(one) > 60 for one in graphemes):
        return

    assert [one for piece in pieces(text, 60) for one in regex.findall(r"\X", piece)] == graphemes


def test_a_cut_is_after_a_blank_where_there_is_one() -> None:
    assert list(pieces("one two three four", 10)) == ["one two ", "three four"]
    assert list(pieces("onetwothreefour", 10)) == ["onetwothre", "efour"]


@given(TEXTS, st.integers(40, 200))
def test_what_is_clipped_fits(text: str, most: int) -> None:
    short = clipped(text, most)

    assert bytes_in_json(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(TEXTS)
def test_mrkdwn_is_undone_by_decoding_entities_once(text: str) -> None:
    assert unescape_once(for_mrkdwn(text)) == text
    assert not set("<>") & set(for_mrkdwn(text))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp", "Cs"))))
def test_markdown_is_read_as_the_text(text: str) -> None:
    assert markdown_text(for_markdown(f"x{text}x")) == f"x{text}x"


@given(TEXTS)
def test_sizes_are_those_of_utf8(text: str) -> None:
    assert utf8(text) == len(text.encode())
    assert bytes_in_json(text) >= utf8(text)
