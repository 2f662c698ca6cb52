"""The chain and the retriever at LangChain's seams, put together as its users do."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.retrievers import BaseRetriever

import index
import qa
from index import Document, EvidenceRetriever, Library, load_encoder
from qa import Answer, CitedAnswers, build_chain

BRIDGE = "The Amber Bridge was designed by Joseph Strauss. It opened in May 1937 after four years of work."
KENYA = "Nairobi is the capital of Kenya. Its population passed four million in 2019."
ABOUT = "Who designed the Amber Bridge?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(str(tmp_path_factory.mktemp("library")), load_encoder()) as opened:
        for name, text in (("bridge", BRIDGE), ("kenya", KENYA)):
            opened.add(Document(source=name, title=name, text=text))
        yield opened


@pytest.fixture(scope="module")
def chain(library: Library) -> CitedAnswers:
    return build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))


def test_the_public_names_are_there() -> None:
    assert all(getattr(qa, name) for name in qa.__all__)
    assert all(getattr(index, name) for name in index.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = qa.nothing


def test_what_is_bound_counts(chain: CitedAnswers, library: Library) -> None:
    kenya = library.find("kenya").id
    answers: list[Answer] = [
        chain.invoke(ABOUT, documents=[kenya]),
        chain.bind(documents=[kenya]).invoke(ABOUT),
        chain.bind(documents=[kenya]).batch([ABOUT])[0],
        list(chain.stream(ABOUT, documents=[kenya]))[-1],
    ]
    assert chain.invoke(ABOUT).kind == "answer"
    assert [answer.kind for answer in answers] == ["refusal"] * 4
    assert {passage.document_id for answer in answers for passage in answer.passages} == {kenya}


@pytest.mark.parametrize(
    ("asked", "keywords"),
    [({"query": ABOUT}, {}), ({"question": None}, {}), (ABOUT, {"filter": {"document": "kenya"}})],
    ids=["no question", "none", "a keyword that nobody knows"],
)
def test_what_cannot_be_meant_is_told(chain: CitedAnswers, asked: Any, keywords: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="The chain"):
        chain.invoke(asked, **keywords)


@pytest.mark.parametrize(
    "history",
    [
        [SystemMessage("Be brief."), HumanMessage(ABOUT), AIMessage("Joseph Strauss designed it.")],
        [("human", ABOUT), ("ai", "Joseph Strauss designed it.")],
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ABOUT}],
    ],
    ids=["messages", "tuples", "dicts"],
)
def test_a_history_is_what_langchain_makes_messages_of(chain: CitedAnswers, history: Any) -> None:
    answer = chain.invoke({"question": "When did it open?", "history": history})
    assert answer.standalone_question == "When did the Amber Bridge open?"


def test_the_chain_describes_its_input(chain: CitedAnswers) -> None:
    schema = chain.get_input_jsonschema()
    assert "question" in str(schema)
    assert chain.get_graph().nodes


def test_the_retriever_takes_documents_asynchronously(library: Library) -> None:
    retriever = EvidenceRetriever(library=library, encoder=load_encoder())
    kenya = library.find("kenya").id
    found = asyncio.run(retriever.ainvoke(ABOUT, documents=[kenya]))
    assert {document.metadata["document_id"] for document in found} == {kenya}


class Pages(BaseRetriever):
    """Somebody else's, which always returns all it has."""

    texts: list[str]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [LangChainDocument(page_content=text, metadata={"source": f"p{i}"}) for i, text in enumerate(self.texts)]


def test_a_word_of_overviews_may_be_a_topic_of_another_retrievers_documents() -> None:
    pages = Pages(texts=["Summary judgment was granted in May 2019 by Judge Orla Finn.", KENYA])
    answer = build_chain(pages).invoke("When was summary judgment granted?")
    assert (answer.kind, answer.statements[0].text) == ("answer", pages.texts[0])


def test_an_overview_of_many_pages_is_short() -> None:
    pages = Pages(texts=[f"The {number}th chapter tells how the river was bridged." for number in range(40)])
    answer = build_chain(pages).invoke("Summarise these documents")
    assert answer.kind == "overview"
    assert 4 <= len(answer.statements) <= 8


def test_half_a_surrogate_pair_is_no_traceback() -> None:
    answer = build_chain(Pages(texts=[f"{KENYA} \ud83d"])).invoke("What is the capital of Kenya?")
    assert answer.citations[0].quote == "Nairobi is the capital of Kenya."


def test_blanks_take_no_time(chain: CitedAnswers) -> None:
    """It took minutes."""
    assert chain.invoke("What is" + " " * 1_900 + "Kenya?").question.count(" ") > 1_900
