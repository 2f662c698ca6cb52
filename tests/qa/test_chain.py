"""The chain as a LangChain user meets it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.loading import load_upload
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import LONGEST_QUESTION, CitedAnswers, build_chain

BRIDGE = (
    "The Golden Gate bridge was designed by Joseph Strauss. It opened in May 1937 after four years of work.\n\n"
    "Painters keep it orange. The colour was chosen by Irving Morrow, an architect."
)
KENYA = "Nairobi is the capital of Kenya. Its population passed four million in 2019."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("library")
    with Library.open(folder, load_encoder()) as opened:
        opened.add(Document(source="bridge.txt", title="bridge", text=BRIDGE))
        opened.add(Document(source="kenya.txt", title="kenya", text=KENYA))
        yield opened


@pytest.fixture(scope="module")
def chain(library: Library) -> CitedAnswers:
    return build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))


def test_a_question_is_answered_with_the_documents_words(chain: CitedAnswers) -> None:
    answer = chain.invoke("Who designed the Golden Gate bridge?")
    assert answer.kind == "answer"
    assert [c.quote for c in answer.citations] == ["The Golden Gate bridge was designed by Joseph Strauss."]
    assert [(s.verdict, s.score) for s in answer.statements] == [("supported", 1.0)]
    assert answer.passages
    assert answer.timings_ms["total"] > 0


def test_a_sentence_that_opens_with_a_pronoun_brings_the_one_that_names_its_subject(chain: CitedAnswers) -> None:
    answer = chain.invoke("When did the Golden Gate bridge open?")
    assert answer.citations[0].quote == BRIDGE.split("\n")[0]


def test_a_citation_names_the_heading_that_its_own_words_stand_under(tmp_path: Path) -> None:
    text = "# Bakery\n\n## Bread\n\nThe rye loaf weighs 1,250 grams.\n\n## Ovens\n\nThe oven was built by Tomasz.\n"
    with Library.open(tmp_path / "data", load_encoder()) as library:
        library.add(load_upload("bakery.md", text.encode()))
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))

        answers = [chain.invoke("How much does the rye loaf weigh?"), chain.invoke("Who built the oven?")]

        assert len(answers[0].passages) == 2  # the first begins with the heading above that of its words
        assert [answer.citations[0].heading for answer in answers] == ["Bread", "Ovens"]


def test_a_sentence_that_two_documents_have_is_said_once(tmp_path: Path) -> None:
    with Library.open(tmp_path / "data", load_encoder()) as library:
        for name in ("one", "other"):
            library.add(Document(source=name, title=name, text=f"The oven was built by Tomasz. He lives in {name}."))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke("Who built the oven?")

    assert [statement.text for statement in answer.statements] == ["The oven was built by Tomasz."]
    assert [citation.number for citation in answer.citations] == [1]


def test_stream_grows_and_ends_as_invoke_does(chain: CitedAnswers) -> None:
    question = "Who chose the colour of the bridge?"
    snapshots = list(chain.stream(question))
    whole = chain.invoke(question)
    counts = [len(answer.statements) for answer in snapshots]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert (snapshots[-1].text, snapshots[-1].citations) == (whole.text, whole.citations)
    assert len({answer.trace_id for answer in snapshots}) == 1


def test_async_and_batch_answer_alike(chain: CitedAnswers) -> None:
    question = "What is the capital of Kenya?"
    expected = chain.invoke(question).text

    async def last() -> Answer:
        return [answer async for answer in chain.astream(question)][-1]

    assert asyncio.run(chain.ainvoke(question)).text == expected
    assert asyncio.run(last()).text == expected
    assert [answer.text for answer in chain.batch([question, question])] == [expected, expected]


def test_documents_restrict_what_is_answered_from(chain: CitedAnswers, library: Library) -> None:
    kenya = library.find("kenya.txt").id
    asked = {"question": "Who designed the Golden Gate bridge?", "documents": [kenya]}
    answer = chain.invoke(asked)  # type: ignore[arg-type]
    assert answer.kind == "refusal"
    assert {p.document_id for p in answer.passages} == {kenya}


def test_a_follow_up_is_understood_and_says_how(chain: CitedAnswers) -> None:
    history = [
        {"role": "user", "content": "Who designed the Golden Gate bridge?"},
        {"role": "assistant", "content": "The Golden Gate bridge was designed by Joseph Strauss."},
    ]
    answer = chain.invoke({"question": "When did it open?", "history": history})
    assert answer.standalone_question == "When did the Golden Gate bridge open?"
    assert "1937" in answer.text


LIGHTHOUSE = "The Skerry lighthouse stands on a rock. Repairs cost two million pounds in 1998."
HARBOUR = "The harbour of Wick was built by Telford. Repairs cost nine million pounds in 2004."


@pytest.fixture(scope="module")
def coast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CitedAnswers]:
    with Library.open(tmp_path_factory.mktemp("coast"), load_encoder()) as opened:
        for title, text in (("lighthouse", LIGHTHOUSE), ("harbour", HARBOUR), ("bridge", BRIDGE)):
            opened.add(Document(source=f"{title}.txt", title=title, text=text))
        yield build_chain(EvidenceRetriever(library=opened, encoder=load_encoder()))


@pytest.mark.parametrize(
    ("before", "said"),
    [("Where does the Skerry lighthouse stand?", "two million"), ("Who built the harbour of Wick?", "nine million")],
    ids=["lighthouse", "harbour"],
)
def test_a_question_is_answered_within_its_conversation(coast: CitedAnswers, before: str, said: str) -> None:
    question = "How much did repairs cost?"
    answer = coast.invoke({"question": question, "history": [{"role": "user", "content": before}]})
    assert said in answer.statements[0].text
    assert said in answer.evidence[0].text
    assert answer.standalone_question is None


@pytest.mark.parametrize("question", ["Who built the harbour?", "Who chose the colour of the bridge?"])
def test_another_topic_before_it_makes_no_answer_less_likely(coast: CitedAnswers, question: str) -> None:
    history = [{"role": "user", "content": "Which wine goes with fish?"}]
    answer, alone = coast.invoke({"question": question, "history": history}), coast.invoke(question)
    assert answer.confidence == alone.confidence
    assert answer.statements[0].text == alone.statements[0].text


def test_an_overview_quotes_each_document(chain: CitedAnswers) -> None:
    answer = chain.invoke("What are these documents about?")
    assert answer.kind == "overview"
    assert {c.title for c in answer.citations} == {"bridge", "kenya"}


def test_a_named_document_gets_its_own_overview(chain: CitedAnswers) -> None:
    answer = chain.invoke("Give me a summary of kenya")
    assert {c.title for c in answer.citations} == {"kenya"}


def test_smalltalk_is_friendly_and_uncited(chain: CitedAnswers) -> None:
    answer = chain.invoke("Hello!")
    assert (answer.kind, answer.citations) == ("smalltalk", ())
    assert "documents" in answer.text


@pytest.mark.parametrize("question", ["", "   \n", "x" * (LONGEST_QUESTION + 1)], ids=["empty", "blank", "too long"])
def test_an_invalid_question_is_refused_with_what_to_do(chain: CitedAnswers, question: str) -> None:
    answer = chain.invoke(question)
    assert answer.refusal is not None
    assert answer.refusal.code == "invalid_question"


def test_a_threshold_of_one_refuses_everything(library: Library) -> None:
    chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()), threshold=1.0)
    answer = chain.invoke("Who designed the Golden Gate bridge?")
    assert answer.refusal is not None
    assert answer.refusal.code == "not_in_documents"
    assert "Strauss" in answer.evidence[0].text


def test_an_empty_library_says_that_there_is_nothing_yet(tmp_path: Path) -> None:
    with Library.open(tmp_path, load_encoder()) as empty:
        answer = build_chain(EvidenceRetriever(library=empty, encoder=load_encoder())).invoke("Who designed it?")
    assert answer.refusal is not None
    assert answer.refusal.code == "no_documents"


FERRY = "The ferry leaves at nine."


class TwoNotes(BaseRetriever):
    """Somebody else's retriever."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(page_content=KENYA, metadata={"source": "https://example.org/kenya"}),
            LangChainDocument(page_content=FERRY),
        ]


def test_any_langchain_retriever_takes_the_place_of_ours() -> None:
    answer = build_chain(TwoNotes()).invoke("What is the capital of Kenya?")
    assert [c.quote for c in answer.citations] == ["Nairobi is the capital of Kenya."]
    assert answer.citations[0].document_id == "https://example.org/kenya"


class Chunks(BaseRetriever):
    """What most retrievers return: parts of one file, each with its source."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(page_content=text, metadata={"source": "guide.pdf", "page": page})
            for page, text in enumerate((FERRY, KENYA, FERRY))
        ]


def test_parts_of_one_file_are_cited_each_as_a_text_of_its_own() -> None:
    chain = build_chain(Chunks())
    capital, ferry = chain.invoke("What is the capital of Kenya?"), chain.invoke("When does the ferry leave?")
    assert [c.quote for c in capital.citations] == ["Nairobi is the capital of Kenya."]
    assert [c.quote for c in ferry.citations] == [FERRY]
    assert {c.source for c in (*capital.citations, *ferry.citations)} == {"guide.pdf"}
    assert capital.citations[0].document_id != ferry.citations[0].document_id
    named = chain.invoke({"question": "When does the ferry leave?", "documents": [ferry.citations[0].document_id]})
    assert {passage.document_id for passage in named.passages} == {ferry.citations[0].document_id}


@pytest.mark.parametrize(
    ("question", "name"), [("Who is the landlord?", "Orla Finnegan"), ("Who are the Tenants?", "Tomas Reyes")]
)
def test_who_is_called_so_is_told_by_where_it_is_said(tmp_path: Path, question: str, name: str) -> None:
    parties = 'It is made between Orla Finnegan ("the Landlord") and Tomas Reyes and Ingrid Solheim ("the Tenants").'
    duties = "The Landlord is responsible for the heating. Electricity is paid by the Tenants."
    with Library.open(tmp_path, load_encoder()) as contracts:
        contracts.add(Document.from_text(f"{duties} {parties}", source="/lease.txt"))
        answer = build_chain(EvidenceRetriever(library=contracts, encoder=load_encoder())).invoke(question)
    assert name in answer.citations[0].quote


def test_half_a_surrogate_pair_is_refused_and_not_tokenised(library: Library) -> None:
    answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke("Who organi\ud83d it?")
    assert answer.refusal is not None
    assert (answer.refusal.code, "half a surrogate pair" in answer.refusal.message) == ("invalid_question", True)


def test_another_retriever_is_asked_the_question_alone() -> None:
    history = [{"role": "user", "content": "When does the ferry leave?"}]
    answer = build_chain(TwoNotes()).invoke({"question": "What is the capital of Kenya?", "history": history})
    assert [c.quote for c in answer.citations] == ["Nairobi is the capital of Kenya."]
