"""Citations checked from outside: the files' own bytes against the JSON that the command line writes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HAND_MADE = {
    "emoji.txt": "The launch party 🚀🎉 was held in Lisbon. Everyone wore 👩‍👩‍👧‍👦 badges that Marta had painted.",
    "combining.txt": "Cafe\u0301 Zoe\u0308 opened in Tromsø. Its owner, Jose\u0301 Nu\u0301n\u0303ez, bakes at night.",
    "crlf.txt": "The ferry leaves at nine.\r\n\r\nTickets cost four euros.\r\nChildren travel free of charge.\r\n",
    "tabs.txt": "Name\tAge\nThe caretaker is called\tHolger Brandt. He lives\tin the tower.",
    "hebrew.txt": "הגשר נפתח בשנת 1934. The Haifa bridge was opened by Golda Meir.",
    "bom.txt": "\ufeffThe vault is opened with two keys. Both are kept by the abbess.",
}
HAND_MADE_QUESTIONS = [
    "Where was the launch party held?",
    "What did everyone wear?",
    "Where did Café Zoë open?",
    "Who bakes at night?",
    "When does the ferry leave?",
    "What do tickets cost?",
    "Who is the caretaker?",
    "Who opened the Haifa bridge?",
    "How is the vault opened?",
]


def footnote(*arguments: str, data: Path) -> None:
    """Runs the command; every question is answered, since a refusal cites nothing."""
    environment = {**os.environ, "FOOTNOTE_DATA": str(data), "FOOTNOTE_THRESHOLD": "0"}
    subprocess.run([sys.executable, "-m", "qa.cli", *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)


def answers(questions: list[str], documents: list[Path], tmp_path: Path) -> list[dict[str, Any]]:
    data, asked, out = tmp_path / "library", tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [json.dumps({"id": str(n), "question": question}) for n, question in enumerate(questions)]
    asked.write_text("\n".join(lines) + "\n", "utf-8")
    footnote("add", *map(str, documents), data=data)
    footnote("ask", "--batch", str(asked), "--out", str(out), data=data)
    records: list[dict[str, Any]] = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == [str(n) for n in range(len(questions))]
    return records


def check(record: dict[str, Any], texts: dict[str, str]) -> int:
    """Checks every citation of an answer against the files; returns how many there were."""
    for citation in record["citations"]:
        assert citation["quote"] == texts[citation["source"]][citation["start"] : citation["end"]]
    for evidence in record["evidence"]:
        assert evidence["text"] == texts[evidence["source"]][evidence["start"] : evidence["end"]]
    return len(record["citations"])


def texts_of(paths: list[Path]) -> dict[str, str]:
    article = Path(__file__).parents[2] / "index" / "samples" / "article.txt"
    texts = {str(path): path.read_bytes().decode("utf-8").removeprefix("\ufeff") for path in paths}
    return {**texts, "sample:article.txt": article.read_bytes().decode("utf-8")}


def test_citations_of_unusual_texts_are_exact(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in HAND_MADE.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    paths = sorted(folder.iterdir())
    texts = texts_of(paths)
    records = answers(HAND_MADE_QUESTIONS, [folder], tmp_path)
    assert sum(check(record, texts) for record in records) >= len(HAND_MADE_QUESTIONS)
    cited = {citation["source"] for record in records for citation in record["citations"]}
    assert {Path(source).name for source in cited} >= set(HAND_MADE)


def test_a_thousand_citations_are_exact(tmp_path: Path, eval_data: Path) -> None:
    lines = (eval_data / "qa" / "squad_answerable.jsonl").read_text("utf-8").splitlines()[:1100]
    questions = [json.loads(line)["question"] for line in lines]
    paths = sorted((eval_data / "docs" / "squad").glob("*.txt"))
    texts = texts_of(paths)
    records = answers(questions, paths, tmp_path)
    assert sum(check(record, texts) for record in records) >= 1000
