"""What the parts share: libraries that stay, a model behind a server, shares with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import CitedAnswers, build_chain
from qa.generative import GenerativeAnswerer
from tests.benchmarks.questions import document, names_below
from tests.llm.server import ModelServer

PATIENCE = 600  # seconds; a small model on a busy machine is slow, and a script never needs them


@contextmanager
def library_in(folder: Path, *sets: str) -> Iterator[Library]:
    """A library over the documents of some sets, which stays for the next time."""
    with Library.open(folder / "+".join(sets), load_encoder()) as library:
        held = {record.source for record in library.documents()}
        for name in names_below(*sets):
            if name not in held:
                library.add(document(name))
        yield library


def client(server: ModelServer, **settings: object) -> ChatOpenAI:
    """A model that asks the server as it would ask OpenAI."""
    return ChatOpenAI(
        model="scripted",
        base_url=server.openai,
        api_key=SecretStr("sk-scripted"),
        max_retries=0,
        timeout=PATIENCE,
        stream_usage=True,
        **settings,  # type: ignore[arg-type]
    )


def chain_with(library: Library, server: ModelServer, context: int | None = None) -> CitedAnswers:
    """The chain that has its answers written by the server's model, whose window may be small."""
    retriever = EvidenceRetriever(library=library, encoder=load_encoder())
    return build_chain(retriever, answerer=GenerativeAnswerer(client(server), context, PATIENCE))


def fell_back(answer: Answer) -> bool:
    """Whether the model's part was no use: what is shown, if anything, is quoted."""
    return bool({"unsupported_answer", "model_unavailable"} & codes(answer)) and answer.model == "extractive"


def codes(answer: Answer) -> set[str]:
    """Of its notices, and of its refusal."""
    return {notice.code for notice in answer.notices} | ({answer.refusal.code} if answer.refusal else set())


def quotes_hold(answer: Answer, texts: dict[str, str]) -> bool:
    """Whether each footnote is, character by character, what stands at its place; `texts` by document id."""
    return all(texts[c.document_id][c.start : c.end] == c.quote for c in answer.citations)


def texts_of(library: Library) -> dict[str, str]:
    """Every document's text by its id."""
    return {record.id: library.document(record.id).text for record in library.documents()}


def per_cent(part: Sequence[object], whole: Sequence[object]) -> str:
    """A share in words, for what needs no interval."""
    return f"{len(part)} of {len(whole)}" + (f" ({100 * len(part) / len(whole):.1f} %)" if whole else "")
