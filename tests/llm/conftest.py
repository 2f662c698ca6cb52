"""The chain, answering from a small library with a scripted model that is asked over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.document import Document
from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain
from qa.generative import GenerativeAnswerer, chat_model
from tests.article import SAMPLES
from tests.llm.instructions import PLANTED
from tests.llm.more_instructions import MORE
from tests.llm.server import ModelServer

KEY = "sk-proj-Zx81qLmW-not-to-be-told"
BRIDGE = (
    "The Amber Bridge opened in 1934.\r\nIt is 40 m long \U0001f309 and was designed by Edith Marlow.\r\n"
    "The Amber Bridge was never closed to cyclists. Its towers were painted green in 1951 by Ivar Holm.\r\n"
)

Door = Callable[..., CitedAnswers]
"""A server and settings of the model -> the chain that asks it."""


@pytest.fixture(scope="package")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Library]:
    """The bundled article, a bridge, and the documents that carry instructions."""
    text = (SAMPLES / "article.txt").read_bytes().decode("utf-8")
    with Library.open(tmp_path_factory.mktemp("llm") / "library", encoder) as opened:
        opened.add(Document(source="article", title="article", text=text))
        opened.add(Document.from_text(BRIDGE, source="bridge", title="Bridges"))
        for planted in (*PLANTED, *MORE):
            opened.add(planted.document)
        yield opened


@pytest.fixture(scope="package")
def retriever(library: Library, encoder: Encoder) -> EvidenceRetriever:
    return EvidenceRetriever(library=library, encoder=encoder)


@pytest.fixture(scope="package")
def extractive(retriever: EvidenceRetriever) -> CitedAnswers:
    """What is answered without a model."""
    return build_chain(retriever)


@pytest.fixture(scope="package", params=["openai", "anthropic"])
def door(request: pytest.FixtureRequest, retriever: EvidenceRetriever) -> Door:
    """How a person has their answers written, in each wire format."""

    def opened(server: ModelServer, seconds: float = 20, context: int | None = None) -> CitedAnswers:
        name, address = {
            "openai": ("openai:gpt-4o-mini", server.openai),
            "anthropic": ("anthropic:claude-sonnet-5", server.address),
        }[request.param]
        model = chat_model(name, base_url=address, api_key=KEY, context=context, seconds=seconds)
        return build_chain(retriever, answerer=GenerativeAnswerer(model, context, seconds))

    return opened


def only(library: Library, source: str) -> list[str]:
    """The id of one document, to be answered from alone."""
    return [library.find(source).id]
