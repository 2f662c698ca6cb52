"""A kept answer without the words of a document that is forgotten."""

from __future__ import annotations

import json
from typing import Any


def redacted(wire: str, document_id: str) -> str:
    """The wire form without a document's words, and without what may repeat them."""
    answer: dict[str, Any] = json.loads(wire)
    numbers = set()
    for stretch in (*answer["citations"], *answer["evidence"], *answer["passages"]):
        if stretch["document_id"] == document_id:
            words = ("title", "heading", "quote", "text")  # a title may be the document's first heading
            stretch.update({name: None for name in words if name in stretch})
            numbers.add(stretch.get("number"))
    supported = [statement for statement in answer["statements"] if not _is_struck(statement)]
    for statement in answer["statements"]:
        # Of what was dropped, and of a list of documents, nothing says where it came from.
        if numbers & set(statement["citations"]) or _is_struck(statement) or answer["kind"] == "smalltalk":
            statement["text"] = None
    if supported:
        answer["text"] = " ".join(map(_with_marks, supported))
    for dropped in answer["dropped"]:  # nothing says where it came from
        dropped["text"] = None
    answer["standalone_question"] = None  # may name what an earlier answer said
    answer["notices"] = [notice for notice in answer["notices"] if notice["code"] != "overview_of"]  # names titles
    return json.dumps(answer, ensure_ascii=False)


def _is_struck(statement: dict[str, Any]) -> bool:
    return statement["verdict"] == "unsupported" and not statement["citations"]


def _with_marks(statement: dict[str, Any]) -> str:
    text = statement["text"] or "[removed]"
    return text + "".join(f" [{number}]" for number in statement["citations"])
