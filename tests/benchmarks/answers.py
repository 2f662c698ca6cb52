"""Evidence, answers and refusals on XQuAD, one index over its 24 articles.

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.answers [development|reported]

Intervals are percentile bootstraps by article. The tutorial chain it is compared with: recursive splitter 1000/200,
dense top 4 of the same embedding model, best sentence of these by cosine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from index.splitting import split_sentences
from qa.answer import Answer
from qa.chain import Ask, build_chain
from tests.benchmarks.questions import (
    Record,
    document,
    interval,
    library_of,
    mean,
    names_below,
    overlaps_gold,
    records,
    report,
)
from tests.benchmarks.speed import bundled_sentence_transformer


def main(half: str) -> None:
    """Prints every figure."""
    rows = records("xquad_en", half)
    with library_of(names_below("squad")) as library:
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        answers = [chain.invoke({"question": row["question"]}) for row in rows]
        _evidence(rows, answers)
        _refusals(rows, answers, [chain.invoke(ask) for ask in _unanswerable(library, rows, half)])


def _evidence(rows: Sequence[Record], answers: Sequence[Answer]) -> None:
    groups = [row["group"] for row in rows]
    hits = [
        [overlaps_gold(r, e.document_id, e.start, e.end) for e in a.evidence]
        for r, a in zip(rows, answers, strict=True)
    ]
    first = [float(hit[0]) for hit in hits]
    report("evidence[0] overlaps the gold evidence", first, groups)
    report("one of the first three does", [float(any(hit[:3])) for hit in hits], groups)
    tutorial = _tutorial(rows)
    report("the tutorial chain's best sentence does", tutorial, groups)
    gain = [a - b for a, b in zip(first, tutorial, strict=True)]
    report("difference, paired", gain, groups)
    gold = mean([e["end"] - e["start"] for row in rows for e in row["evidence_sentences"]])
    shown = mean([len(e.text) for answer in answers for e in answer.evidence[:1]])
    print(
        f"{'mean length of evidence[0] / of the gold sentences':<58} {shown / gold:5.2f}    ({shown:.0f} / {gold:.0f})"
    )


def _refusals(rows: Sequence[Record], answers: Sequence[Answer], refused: Sequence[Answer]) -> None:
    labels = [1] * len(answers) + [0] * len(refused)
    scores = [a.confidence for a in [*answers, *refused]]
    print(f"{'AUROC of confidence':<58} {roc_auc_score(labels, scores):5.3f}    n={len(answers)}+{len(refused)}")
    groups = [row["group"] for row in rows]
    report("false refusals", [float(a.kind == "refusal") for a in answers], groups)
    report("refusal recall", [float(a.kind == "refusal") for a in refused], [str(i) for i in range(len(refused))])
    answered = [(r, a) for r, a in zip(rows, answers, strict=True) if a.citations]
    of = [r["group"] for r, _ in answered]

    def right(record: Record, answer: Answer) -> list[float]:
        return [float(overlaps_gold(record, c.document_id, c.start, c.end)) for c in answer.citations]

    cited = [right(r, a) for r, a in answered]
    report("first citation right, of the answered", [c[0] for c in cited], of)
    low, high = interval(cited, of, lambda drawn: mean([x for c in drawn for x in c]), 2_000)
    every = [x for c in cited for x in c]
    print(
        f"{'all citations that overlap gold':<58} {100 * mean(every):5.1f} %  "
        f"[{100 * low:.1f}, {100 * high:.1f}]  n={len(every)}"
    )
    print(f"{'statements per answer':<58} {mean([len(a.statements) for _, a in answered]):5.2f}")
    lengths = [len(c.quote.split()) for _, a in answered for c in a.citations]
    print(f"{'words per citation':<58} {mean(lengths):5.1f}")


def _unanswerable(library: Library, rows: Sequence[Record], half: str) -> Iterator[Ask]:
    """The same questions without their own article, and questions about another article."""
    everything = {record.source: record.id for record in library.documents()}
    for row in rows:
        others = [i for source, i in everything.items() if source != row["document_id"]]
        yield {"question": row["question"], "documents": others}
    for row in records("cross_article_unanswerable", half):
        yield {"question": row["question"], "documents": [everything[name] for name in row["index_only"]]}


def _tutorial(rows: Sequence[Record]) -> list[float]:
    """1.0 where the tutorial chain's best sentence overlaps the gold evidence."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    model = bundled_sentence_transformer()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    chunks: list[tuple[str, int, str]] = []
    for name in names_below("squad"):
        whole = document(name)
        cut = splitter.create_documents([whole.text])
        chunks += [(whole.id, chunk.metadata["start_index"], chunk.page_content) for chunk in cut]
    vectors = model.encode([text for *_, text in chunks], show_progress_bar=False)
    hits = []
    for row in rows:
        question = model.encode(row["question"])
        sentences = [
            (chunks[i][0], chunks[i][1] + s.start, chunks[i][1] + s.end, chunks[i][2][s.start : s.end])
            for i in np.argsort(-(vectors @ question))[:4]
            for s in split_sentences(chunks[i][2])
        ]
        best = int((model.encode([s[3] for s in sentences]) @ question).argmax())
        hits.append(float(overlaps_gold(row, *sentences[best][:3])))
    return hits


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "reported")
