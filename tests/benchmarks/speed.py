"""Indexing and asking, each beside the least that could be done, interleaved in one run; medians of five. And a start.

FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.speed [indexing] [asking] [starting]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from index.bundled import checked_model_folder
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from index.splitting import split
from qa.chain import build_chain
from tests.benchmarks.questions import document, library_of, names_below, records
from tests.server import Server

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ROUNDS = 5
INDEXED = 6  # documents
QUESTIONS = 60


@cache
def bundled_sentence_transformer() -> SentenceTransformer:
    """The bundled model as a tutorial would load it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(checked_model_folder()), local_files_only=True, device="cpu")


def main(names: Sequence[str]) -> None:
    """Prints the figures that are named, or all."""
    parts = {"indexing": indexing, "asking": asking, "starting": starting}
    for name in names or parts:
        parts[name]()


def indexing() -> None:
    """`Library.add` against `SentenceTransformer.encode` on the same passages' texts."""
    encoder, model = load_encoder(), bundled_sentence_transformer()
    documents = [document(name) for name in names_below("squad")[:INDEXED]]
    texts = [p.text for d in documents for p in split(d, encoder.word_pieces, encoder.window)]

    def ours() -> None:
        with TemporaryDirectory() as folder, Library.open(Path(folder), encoder) as library:
            for one in documents:
                library.add(one)

    theirs, mine = _interleaved(lambda: model.encode(texts, show_progress_bar=False), ours, ROUNDS)
    print(
        f"indexing {len(texts)} passages: encode alone {theirs:.2f} s, add {mine:.2f} s, "
        f"speed ratio {theirs / mine:.2f}"
    )


def asking() -> None:
    """`chain.invoke` against question encode + Chroma top 4, question by question."""
    import chromadb

    model, questions = bundled_sentence_transformer(), [r["question"] for r in records("xquad_en")[:QUESTIONS]]
    with library_of(names_below("squad")) as library:
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        collection = chromadb.EphemeralClient().create_collection("tutorial", embedding_function=None)
        texts = [document(name).text for name in names_below("squad")]
        chunks = [text[i : i + 1000] for text in texts for i in range(0, len(text), 800)]
        collection.add(
            ids=[str(i) for i in range(len(chunks))], embeddings=model.encode(chunks, show_progress_bar=False)
        )

        def tutorial(question: str) -> None:
            collection.query(query_embeddings=np.asarray([model.encode(question)]), n_results=4)

        times: tuple[list[float], list[float]] = ([], [])
        for question in questions:
            pair = _interleaved(partial(tutorial, question), partial(chain.invoke, question), ROUNDS)
            for series, value in zip(times, pair, strict=True):
                series.append(value * 1000)
    base, ours = ([_quantile(series, q) for q in (0.5, 0.95)] for series in times)
    print(f"a question, {len(questions)} asked: encode + Chroma top 4 p50 {base[0]:.1f} ms, p95 {base[1]:.1f} ms")
    print(f"  chain.invoke p50 {ours[0]:.1f} ms, p95 {ours[1]:.1f} ms, ratio of p50 {ours[0] / base[0]:.2f}")


def starting() -> None:
    """The real program: to a page that answers, to the first cited answer, and what memory it takes."""
    with TemporaryDirectory() as folder:
        for which in ("a first start", "the next one"):
            server = Server(Path(folder))
            try:
                server.start()
                began = time.perf_counter()
                assert _asked(server, "Who organized the memo?")["citations"]
                cited = server.seconds_to_ready + time.perf_counter() - began
                print(
                    f"{which}: page answers GET after {server.seconds_to_page:.2f} s, first cited answer after "
                    f"{cited:.1f} s, peak memory {_peak_mebibytes(server):.0f} MiB"
                )
            finally:
                server.stop()


def _asked(server: Server, question: str) -> dict[str, Any]:
    from gradio_client import Client  # type: ignore[import-untyped]

    client = Client(f"{server.address}/chat/", verbose=False, analytics_enabled=False)
    answer: dict[str, Any] = client.predict(question, api_name="/ask")
    return answer


def _peak_mebibytes(server: Server) -> float:
    """Of resident memory; nan where the system doesn't say."""
    assert server.process is not None
    try:
        status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _interleaved(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of both, run in turns so that a busy moment hits both."""
    series: tuple[list[float], list[float]] = ([], [])
    one(), other()
    for _ in range(rounds):
        for run, times in zip((one, other), series, strict=True):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
    return statistics.median(series[0]), statistics.median(series[1])


def _quantile(values: Sequence[float], q: float) -> float:
    return float(np.quantile(values, q))


if __name__ == "__main__":
    main(sys.argv[1:])
