"""Answers as Markdown: whatever stands in a document is rendered as the text it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.answer import Answer, Citation, Evidence, Notice, PassageScores, Refusal, RetrievedPassage, Statement, Verdict
from qa.literal import one_line
from qa.markdown import as_markdown, escaped, spoken

COMMONMARK = MarkdownIt("commonmark")
GFM = MarkdownIt("gfm-like", {"html": True, "linkify": True})
RENDERERS = pytest.mark.parametrize("renderer", [COMMONMARK, GFM], ids=["CommonMark", "GFM"])

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "comment": "<!-- gone --> and <?php gone ?>",
    "image": "![x](http://tracker.example/a.png)",
    "mark": "As shown [1] and [2].",
    "link": "[l](http://x.example) and [l][1] and [l]: http://x.example",
    "reference": "[l]: http://x.example",
    "footnote": "[^1]: not ours",
    "bare address": "See http://x.example, https://localhost/a?b=c&d, ftp://a.de and //localhost.",
    "address without scheme": "See www.x.example, openai.com, x.com/y?z and WWW.X.ORG.",
    "www and digits": "www.1.2 and www.x",
    "mail": "Write to a@b.example or mailto:c@d.com.",
    "angle brackets": "<http://x.example> <a@b.example> <1@b.de>",
    "mention": "<!here> <@U123> <#C1|general> @here",
    "backticks": "`code` and ``more`` and ```",
    "fence": "```\nrm -rf\n```",
    "tildes": "~~gone~~ and ~~~ and ~5 km to ~6 km",
    "stars": "*a* **b** ***c*** a*b*c 2 * 3 * 4 *",
    "underscores": "_a_ __b__ snake_case_name __init__ _ _ _",
    "heading": "# Not a heading",
    "underlined heading": "Not a heading\n===",
    "rule": "---",
    "spaced rule": "- - -",
    "starred rule": "* * *",
    "bullet": "- not a list",
    "plus": "+ not a list",
    "plus alone": "+",
    "numbered": "1. not a list",
    "bracketed number": "12) not a list",
    "only a number": "7.",
    "quotation": "> not a quotation",
    "indented": "    not code",
    "tab": "\tnot\tcode",
    "entities": "&lt;b&gt; &amp; &#60; &#x3C; & &c; &copy",
    "backslashes": "C:\\Users\\*\\_ \\\\server\\share\\",
    "line break": "two spaces  \nand a backslash\\\nhere",
    "table": "| a | b |\n|---|---|\n| c | d |",
    "control": "bell\x07 escape\x1b[31m nul\x00 delete\x7f",
    "line ends": "one\r\ntwo\rthree\u2028four\x85five",
    "right to left": "\u202eevil\u202c \u2066x\u2069 \u05e9\u05dc\u05d5\u05dd",
    "spaces": "\u00a0two  spaces\u3000",
    "front matter": "---\ntitle: x\n---",
    "declaration": "<!DOCTYPE html><![CDATA[x]]></p>",
    "exclamation": "wow! [1](x) !\\[a](b)",
    "dollar": "$5 and $6 cost $x$",
}
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
MARKUP_TEXT = st.text(st.sampled_from("ab1 .:/@\\`*_~[]()<>!#&;|-+=\n\t$“”–www"), min_size=1, max_size=40)
TEXTS = st.one_of(
    ANY_TEXT,
    MARKUP_TEXT,
    st.lists(st.sampled_from([*HOSTILE.values(), "http://", "www.", ".com", "a@b", "](", "![", "\\", "&#", ";"])).map(
        "".join
    ),
).filter(lambda text: bool(one_line(text)))


@RENDERERS
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_rendered_as_itself(text: str, renderer: MarkdownIt) -> None:
    assert_rendered_as_itself(text, renderer)


@RENDERERS
@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_any_text_is_rendered_as_itself(renderer: MarkdownIt, text: str) -> None:
    assert_rendered_as_itself(text, renderer)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_what_an_answer_said_is_remembered_without_its_footnotes(text: str) -> None:
    said = as_markdown(cited(text, "partial", notices=(Notice(code="x", message="Something."),)))

    assert spoken(said) == f"{one_line(text)} {one_line(text)}"


@pytest.mark.parametrize(
    "text",
    [
        "In 2015, OpenAI was founded by Altman & Musk (and others) - with $1 billion; ~ 10 % was paid.",
        "GPT-3 #2 scored <5 % at 3.5 pm, e.g. in the U.S., per article.txt of user_name!",
        "A snake_case name, 2 * 3, C:\\Users and a = b | c.",
    ],
)
def test_ordinary_text_needs_no_escapes(text: str) -> None:
    assert escaped(text) == text


def test_white_space_with_a_line_break_is_one_space() -> None:
    assert one_line(" a \r\n\r\n  b\tc  d\u2028e ") == "a b c  d e"


def test_an_answer_names_its_sources() -> None:
    answer = cited("It opened in 1934.", "supported")

    assert as_markdown(answer) == (
        "It opened in 1934. [1] It opened in 1934. [2]\n\n"
        "[1] Bridges, page 3, History: “It opened in 1934.”\n\n"
        "[2] Bridges, page 3, History: “It opened in 1934.”"
    )


def test_a_known_address_makes_permalinks() -> None:
    answer = cited("It opened in 1934.", "supported")

    text = as_markdown(answer, lambda citation: f"http://here/d/{citation.document_id}?start={citation.start}")

    assert text.endswith("[2] Bridges, page 3, History: “It opened in 1934.” <http://here/d/d?start=19>")
    assert GFM.render(text).count('<a href="http://here/d/d?start=') == 2


def test_doubt_and_notices_are_told() -> None:
    answer = cited("It sank.", "unsupported", notices=(Notice(code="model", message="The model was slow."),))

    text = as_markdown(answer)

    assert text.startswith("It sank. (not supported) [1]")
    assert text.endswith("\n\nNote: The model was slow.")


@pytest.mark.parametrize("text", ["It sank.", "It ~~sank~~ *twice* ~ in 1934~", "![x](http://evil.example)", "a\\"])
def test_what_nothing_supports_is_struck_and_not_remembered(text: str) -> None:
    answer = with_struck("It opened in 1934.", text)

    html = GFM.render(as_markdown(answer))

    assert text_of(html)[0] == f"{one_line(text)} (not supported) It opened in 1934. [1] It opened in 1934. [2]"
    assert html.count("<s>") == 1
    assert "<a" not in html
    assert "<img" not in html
    assert spoken(as_markdown(answer)) == "It opened in 1934. It opened in 1934."
    assert text not in answer.text


def test_a_refusal_shows_what_came_closest() -> None:
    passage = retrieved("- One. Two *stars*.")
    refused = Answer(
        kind="refusal",
        question="Which?",
        refusal=Refusal(code="not_in_documents", message="The documents don’t answer this."),
        evidence=(
            Evidence(document_id="d", title="Bridges", source="s", start=7, end=19, text="Two *stars*.", score=0.1),
        ),
        passages=(passage,),
        model="test",
    )

    text = as_markdown(refused)

    assert text == (
        "The documents don’t answer this.\n\nClosest, perhaps not an answer:\n\n- Bridges: “Two \\*stars\\*.”"
    )
    assert spoken(text) == "The documents don’t answer this."


def test_another_systems_reply_is_remembered_whole() -> None:
    said = "First paragraph.\n\nSecond one, with [a link](http://x.example)."

    assert spoken(said) == said


def assert_rendered_as_itself(text: str, renderer: MarkdownIt) -> None:
    """As statement, quote, title and heading, and, evidence of a refusal, in a list."""
    shown = one_line(text)
    html = renderer.render(as_markdown(cited(text, "supported", title=text)))
    assert re.findall(r"<[^>]*>", html) == ["<p>", "</p>"] * 3
    assert text_of(html) == [
        f"{shown} [1] {shown} [2]",
        f"[1] {one_line(f'{text}, page 3, {text}')}: “{shown}”",
        f"[2] {one_line(f'{text}, page 3, {text}')}: “{shown}”",
    ]
    html = renderer.render(as_markdown(smalltalk(text)))
    assert re.findall(r"<[^>]*>", html) == ["<p>", "</p>"]
    assert text_of(html) == [shown]


def text_of(html: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]*>", "", line)) for line in html.rstrip("\n").split("\n")]


def retrieved(text: str) -> RetrievedPassage:
    scores = PassageScores(dense=None, lexical=None, fused=None)
    return RetrievedPassage(
        document_id="d", title="Bridges", source="s", start=0, end=len(text), text=text, scores=scores
    )


def smalltalk(text: str) -> Answer:
    return Answer(kind="smalltalk", question=text, statements=(Statement(text=text),), model="test")


def with_struck(text: str, struck: str) -> Answer:
    """An answer that opens with what nothing supports."""
    answer = cited(text, "supported")
    opening = Statement(text=struck, verdict="unsupported", score=0.0)
    return answer.model_copy(update={"statements": (opening, *answer.statements)})


def cited(text: str, verdict: Verdict, *, title: str | None = None, notices: tuple[Notice, ...] = ()) -> Answer:
    """An answer that says a text twice, quoting it from a document that has it twice."""
    passage = retrieved(f"{text} {text}")
    starts = (0, len(text) + 1)
    return Answer(
        kind="answer",
        question=text,
        statements=tuple(Statement(text=text, citations=(n,), verdict=verdict, score=0.5) for n in (1, 2)),
        citations=tuple(
            Citation(
                number=n,
                document_id="d",
                title=title or "Bridges",
                source="s",
                start=start,
                end=start + len(text),
                quote=text,
                page=3,
                heading=title or "History",
                content_hash="0" * 64,
            )
            for n, start in enumerate(starts, 1)
        ),
        passages=(passage,),
        notices=notices,
        model="test",
    )
