"""The fifty questions that come with the bundled article."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SAMPLES = files("index") / "samples"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLES / "article_questions.jsonl").read_text("utf-8").splitlines()
]


def history_of(question: dict[str, Any]) -> list[dict[str, str]]:
    """The conversation before a question, as it is asked with it."""
    return [{"role": turn["role"], "content": turn["text"]} for turn in question["history"]]
