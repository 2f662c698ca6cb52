"""The question sets that the weights are fitted on."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.document import Document, Passage, Sentence
from index.splitting import PASSAGE_WORDS

TRAINING_SETS = ("squad_train_part", "selqa", "qamr")
# QAMR asks dozens of questions of one sentence; more than these would drown the other sets.
QUESTIONS_A_GROUP = 8
# Its halves are other ones than those of the sets that share its articles.
REPORTED_SET = "xquad_en"
# Documents and questions of our own, all for development: of an office, in the news, of reference works. They are put
# as by somebody who has not read the document, so that half of them share few of its words; those of the public sets,
# written beside a paragraph, nearly always do. Some are near what a document says and not answered there.
# Those can be told from the answered ones by their own words (a network that saw no document did, AUROC .73): what has
# to tell them apart must see little of the question, or it learns how they were put.
WRITTEN = Path(str(files("index.training"))) / "written"


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring sentences and questions about them."""

    passages: tuple[Passage, ...]
    questions: tuple[tuple[str, frozenset[int]], ...]  # text, indices of the sentences that answer it

    @property
    def sentences(self) -> list[tuple[Passage, Sentence]]:
        """All sentences, in the order that the questions' indices refer to."""
        return [(passage, sentence) for passage in self.passages for sentence in passage.sentences]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question of a public set with the words that answer it."""

    text: str
    document_id: str
    group: str
    evidence: tuple[tuple[int, int], ...]
    paragraph: tuple[int, int] | None


def training_groups(data: Path) -> Iterator[Group]:
    """The groups of the training sets, their sentences joined to passages."""
    for name in TRAINING_SETS:
        with gzip.open(data / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                asked = record["questions"][: QUESTIONS_A_GROUP if name == "qamr" else None]
                yield Group(
                    tuple(_passages(record["sentences"])),
                    tuple((question["q"], frozenset(question["pos"])) for question in asked),
                )


def development_half(data: Path, name: str) -> list[GoldQuestion]:
    """A set's development half without the documents that are reported on. Unanswerable questions have no evidence."""
    reported = {record["document_id"] for record in _half(data, REPORTED_SET, 1)}
    return [_gold(record) for record in _half(data, name, 0) if record["document_id"] not in reported]


def _half(data: Path, name: str, which: int) -> list[dict[str, Any]]:
    """Every second group of a set, in the order of their digests."""
    lines = (data / "qa" / f"{name}.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    groups = sorted({r["group"] for r in records}, key=lambda g: hashlib.sha256(g.encode()).hexdigest())
    return [record for record in records if record["group"] in set(groups[which::2])]


def documents(data: Path, ids: Sequence[str]) -> list[Document]:
    """The documents of a set; their source is their id."""
    return [_document(i, data / "docs" / f"{i}.txt") for i in ids]


def written_documents() -> list[Document]:
    """Our own; their source is their id."""
    return [_document(path.stem, path) for path in sorted(WRITTEN.iterdir()) if path.suffix in (".md", ".txt")]


def written_questions() -> list[GoldQuestion]:
    """What is asked of our own; follow-ups as questions that stand alone. Those without evidence are not answered."""
    lines = [line for path in sorted(WRITTEN.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [_gold(json.loads(line)) for line in lines]


def _document(name: str, path: Path) -> Document:
    return Document(source=name, title=name, text=path.read_bytes().decode("utf-8"))


def _gold(record: dict[str, Any]) -> GoldQuestion:
    paragraph = record.get("paragraph")
    return GoldQuestion(
        record.get("standalone_question") or record["question"],
        record["document_id"],
        record["group"],
        tuple((evidence["start"], evidence["end"]) for evidence in record["evidence"]),
        (paragraph["start"], paragraph["end"]) if paragraph else None,
    )


def _passages(sentences: Sequence[str]) -> Iterator[Passage]:
    packed: list[str] = []
    for sentence in sentences:
        if packed and sum(len(s.split()) for s in [*packed, sentence]) > PASSAGE_WORDS:
            yield _passage(packed)
            packed = []
        packed.append(sentence)
    if packed:
        yield _passage(packed)


def _passage(sentences: Sequence[str]) -> Passage:
    text, spans = "", []
    for sentence in sentences:
        start = len(text) + bool(text)
        text = f"{text} {sentence}".lstrip(" ") if text else sentence
        spans.append(Sentence(start, start + len(sentence)))
    return Passage("training", 0, len(text), text, tuple(spans))
