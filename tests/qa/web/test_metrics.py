"""What a language model took, and what answers told beside what they say, can be read from /metrics."""

from __future__ import annotations

from pathlib import Path

import httpx

from index.document import Document
from index.encoding import Encoder
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.work import WorkQueue
from tests.qa.generative.scripted import Scripted
from tests.qa.web.serving import serving


def test_tokens_calls_and_notices_are_counted(tmp_path: Path, encoder: Encoder) -> None:
    replies = iter(["The Amber Bridge opened in 1934. [1]", "It sank in 1935. [1]"])
    model = Scripted(reply=lambda prompt: next(replies))
    folder = DataFolder.open(Settings(data=tmp_path / "data"), encoder)
    folder.library.add(Document.from_text("The Amber Bridge opened in 1934.", source="bridge"))

    def chain_over(library: object) -> object:
        return build_chain(EvidenceRetriever(library=library, encoder=encoder), model)

    with Footnote(folder, encoder, chain_over, WorkQueue()) as service, serving(create_app(service)) as address:  # type: ignore[arg-type]
        answers = [
            httpx.post(f"{address}/api/v1/ask", json={"question": "When did the Amber Bridge open?"}).json()
            for _ in range(2)
        ]
        told = httpx.get(f"{address}/metrics").text

    assert [answer["usage"]["calls"] for answer in answers] == [1, 1]
    written = sum(answer["usage"]["output_tokens"] for answer in answers)
    assert "footnote_model_calls_total 2.0" in told
    assert f'footnote_model_tokens_total{{direction="output"}} {written}.0' in told
    assert 'footnote_notices_total{code="unsupported_answer"} 1.0' in told
    assert "footnote_model_seconds_total" in told
