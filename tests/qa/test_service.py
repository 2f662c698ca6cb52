"""The wired thing: the bundled article, answers that are kept, documents that are forgotten, questions given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from langchain_core.runnables import RunnableGenerator, RunnableLambda

from index.document import Document
from index.encoding import load_encoder
from index.errors import FolderInUse, ModelMismatch
from index.library import Library
from index.ownership import Ownership
from qa.answer import Answer
from qa.errors import Cancelled
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.verifying import Judgement, Place, Quote
from qa.work import WorkQueue
from tests.standin import StandInEncoder

QUESTION = "Who organised the memo?"


@pytest.fixture
def settings(data: Path) -> Settings:
    return Settings.read(data=data)


@pytest.fixture
def footnote(settings: Settings) -> Iterator[Footnote]:
    with Footnote.open(settings) as footnote:
        yield footnote


class TestOpening:
    def test_a_new_folder_indexes_the_bundled_article(self, footnote: Footnote) -> None:
        [article] = footnote.library.documents()

        assert (article.source, article.title) == ("sample:article.txt", "article")

    def test_again_brings_no_removed_article_back(self, settings: Settings) -> None:
        with Footnote.open(settings) as footnote:
            footnote.library.remove(footnote.library.documents()[0].id)
            footnote.library.purge(everything=True)

        with Footnote.open(settings) as footnote:
            assert footnote.library.documents() == []

    def test_a_folder_with_documents_adds_no_article(self, settings: Settings) -> None:
        folder = DataFolder.open(settings, load_encoder())
        folder.library.add(Document.from_text("The bridge opened in 1934.", source="/bridge.txt"))
        folder.close()

        with Footnote.open(settings) as footnote:
            assert [document.source for document in footnote.library.documents()] == ["/bridge.txt"]

    def test_an_open_folder_names_the_page_that_has_it(self, settings: Settings) -> None:
        page = "http://127.0.0.1:7860"
        with Footnote.open(settings, owner=Ownership(settings.data, page)), pytest.raises(FolderInUse, match=page):
            Footnote.open(settings)

        Footnote.open(settings).close()  # it let go

    def test_a_folder_of_another_model_lets_go_of_it(self, settings: Settings) -> None:
        Library.open(settings.data, StandInEncoder()).close()

        for _ in range(2):
            with pytest.raises(ModelMismatch):
                Footnote.open(settings)

    def test_a_broken_store_of_answers_lets_go_of_the_folder(self, settings: Settings) -> None:
        settings.data.mkdir()
        (settings.data / "answers.sqlite3").write_bytes(b"no database" * 100)

        for _ in range(2):
            with pytest.raises(Exception, match="not a database"):
                Footnote.open(settings)


class TestSearching:
    def test_finds_what_an_answer_draws_on_as_it_can_be_cited(self, footnote: Footnote) -> None:
        answer = footnote.ask({"question": QUESTION}).result()

        hits = footnote.search(QUESTION, count=5).result()

        assert [hit.citation.number for hit in hits] == [1, 2, 3, 4, 5]
        assert [(hit.citation.quote, hit.score) for hit in hits] == [(e.text, e.score) for e in answer.evidence]
        cited = next(hit.citation for hit in hits if hit.citation.quote == answer.citations[0].quote)
        assert cited.model_copy(update={"number": 1}) == answer.citations[0]

    def test_looks_only_where_it_is_told_to(self, footnote: Footnote) -> None:
        bridge = Document.from_text("The memo was organised by Edith Marlow.", source="/bridge.txt")
        footnote.library.add(bridge)

        [hit] = footnote.search(QUESTION, [bridge.id]).result()

        assert (hit.citation.document_id, hit.citation.quote) == (bridge.id, bridge.text)
        assert footnote.search(QUESTION, []).result() == ()


class TestAsking:
    def test_gives_a_cited_answer_that_grows(self, footnote: Footnote) -> None:
        answers = list(footnote.ask({"question": QUESTION}))

        assert answers[0].statements == ()
        assert "junior diplomat" in answers[-1].text
        [record] = footnote.library.documents()
        citation = answers[-1].citations[0]
        assert footnote.library.text(record.id, citation.start, citation.end) == citation.quote

    def test_keeps_the_last_answer_before_the_job_ends(self, footnote: Footnote) -> None:
        answer = footnote.ask({"question": QUESTION}).result()

        assert footnote.answers.get(answer.trace_id) == json.loads(answer.to_json())

    def test_keeps_no_words_of_a_document_that_is_removed(self, footnote: Footnote) -> None:
        answer = footnote.ask({"question": QUESTION}).result()

        footnote.library.remove(answer.citations[0].document_id)
        footnote.library.purge(everything=True)

        kept = footnote.answers.get(answer.trace_id)
        assert kept is not None
        assert "diplomat" not in json.dumps(kept)

    @pytest.mark.parametrize("question", ["Which documents do you have?", "What are the risks of the takeover?"])
    def test_keeps_no_title_and_no_heading_of_a_document_that_is_removed(
        self, footnote: Footnote, question: str
    ) -> None:
        text = "# Secret merger\n\n## Risks of the takeover\n\nThe bank may refuse the loan. The staff may leave."
        merger = Document(source="/merger.md", title="Secret merger", text=text)
        footnote.library.add(merger)
        answer = footnote.ask({"question": question}).result()
        assert "Secret merger" in answer.to_json()

        footnote.library.remove(merger.id)
        footnote.library.purge(everything=True)

        kept = json.dumps(footnote.answers.get(answer.trace_id))
        assert "merger" not in kept.replace(merger.source, "")
        assert "takeover" not in kept.replace(question, "")

    def test_keeps_no_words_of_a_document_that_is_removed_meanwhile(self, footnote: Footnote) -> None:
        answer = footnote.chain.invoke(QUESTION)

        def answer_late(_: object) -> Answer:
            footnote.library.remove(answer.citations[0].document_id)
            footnote.library.purge(everything=True)
            return answer

        rewired(footnote, RunnableLambda(answer_late)).ask({"question": QUESTION}).result()

        kept = footnote.answers.get(answer.trace_id)
        assert kept is not None
        assert "diplomat" not in json.dumps(kept)

    def test_keeps_the_words_of_a_document_that_can_still_be_brought_back(self, footnote: Footnote) -> None:
        answer = footnote.chain.invoke(QUESTION)
        cited = answer.citations[0].document_id

        def answer_late(_: object) -> Answer:
            footnote.library.remove(cited)
            return answer

        rewired(footnote, RunnableLambda(answer_late)).ask({"question": QUESTION}).result()
        footnote.library.restore(cited)

        assert "diplomat" in json.dumps(footnote.answers.get(answer.trace_id))

    def test_given_up_stops_the_chain_and_keeps_nothing(self, footnote: Footnote) -> None:
        answer, closed = footnote.chain.invoke(QUESTION), []

        def endless(_: Iterator[object]) -> Iterator[Answer]:
            try:
                while True:
                    yield answer
            finally:
                closed.append(True)

        job = rewired(footnote, RunnableGenerator(endless)).ask({"question": QUESTION})
        next(iter(job))
        job.cancel()

        with pytest.raises(Cancelled):
            job.result()
        assert closed == [True]
        assert footnote.answers.get(answer.trace_id) is None

    def test_keeps_nothing_where_that_was_asked(self, data: Path) -> None:
        with Footnote.open(Settings.read(data=data, keep_answers=0)) as footnote:
            answer = footnote.ask({"question": QUESTION}).result()

            assert footnote.answers.get(answer.trace_id) is None
        assert not (data / "answers.sqlite3").exists()

    def test_answers_although_it_cannot_keep(self, footnote: Footnote, caplog: pytest.LogCaptureFixture) -> None:
        footnote.answers._connection.execute("PRAGMA query_only = ON")  # type: ignore[union-attr]  # a disk that takes nothing

        answer = footnote.ask({"question": QUESTION}).result()

        assert answer.citations
        assert "was not kept" in caplog.text


class TestCounting:
    def test_tells_what_became_of_the_questions(self, footnote: Footnote) -> None:
        for question in (QUESTION, "How many moons does Jupiter have?", "Hello!"):
            footnote.ask({"question": question}).result()

        assert footnote.outcomes.counts() == {"answer": 1, "refusal": 1, "smalltalk": 1}

    def test_counts_those_that_fail_and_those_that_are_given_up(self, footnote: Footnote) -> None:
        def fail(_: object) -> Answer:
            raise RuntimeError

        broken = rewired(footnote, RunnableLambda(fail))
        with pytest.raises(RuntimeError):
            broken.ask({"question": QUESTION}).result()
        entered, go_on = Event(), Event()

        def wait(_: object) -> Answer:
            entered.set()
            go_on.wait(20)
            return footnote.chain.invoke("Hello!")

        slow = rewired(footnote, RunnableLambda(wait))
        given_up = slow.ask({"question": QUESTION})
        assert entered.wait(20)
        given_up.cancel()
        go_on.set()
        with pytest.raises(Cancelled):
            given_up.result()

        assert broken.outcomes.counts() == {"failed": 1}
        assert slow.outcomes.counts() == {"given up": 1}


class TestVerifying:
    def test_judges_as_answers_are_judged(self, footnote: Footnote) -> None:
        answer = footnote.ask({"question": QUESTION}).result()
        quote = answer.citations[0].quote

        assert footnote.verify(quote, [quote]).result() == Judgement("supported", 1.0)
        assert footnote.verify("Jupiter has 95 moons.", [quote]).result().verdict == "unsupported"

    def test_encodes_no_quote_that_the_library_holds(self, footnote: Footnote, monkeypatch: pytest.MonkeyPatch) -> None:
        citation = footnote.ask({"question": QUESTION}).result().citations[0]
        place = Place(citation.document_id, citation.start, citation.end)
        claim = "A diplomat organized the memo."
        plain = footnote.verify(claim, [citation.quote]).result()

        def fail(*_: object) -> None:
            raise AssertionError("it was encoded")

        monkeypatch.setattr(load_encoder(), "encode", fail)
        assert footnote.verify(claim, [Quote(citation.quote, place)]).result().verdict == plain.verdict


class TestSuggesting:
    def test_gives_questions_that_are_answered_and_keeps_no_answer(
        self, footnote: Footnote, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept: list[Answer] = []
        monkeypatch.setattr(footnote.answers, "keep", kept.append)

        found = footnote.suggest().result()

        assert found[0].question == "How many people have been killed in the Israeli offensive?"
        assert len(found) > 1
        assert kept == []

    def test_lets_a_reader_go_before_the_next_question_that_is_tried(self, footnote: Footnote) -> None:
        with closing(Slow(footnote)) as slow:
            suggesting = slow.footnote.suggest()
            slow.started.wait(20)
            asking = slow.footnote.ask({"question": QUESTION})
            slow.go_on.set()
            asking.result()
            suggesting.result()

        assert slow.asked[1] == QUESTION  # one was being tried, and more were to come
        assert len(slow.asked) > 2

    def test_given_up_tries_no_further_question(self, footnote: Footnote) -> None:
        with closing(Slow(footnote)) as slow:
            suggesting = slow.footnote.suggest()
            slow.started.wait(20)
            suggesting.cancel()
            slow.go_on.set()
            with pytest.raises(Cancelled):
                suggesting.result()

        assert len(slow.asked) == 1


class Slow:
    """Behind the same folder a chain that starts to answer, and goes on once it may."""

    def __init__(self, footnote: Footnote) -> None:
        self.asked: list[str] = []
        self.started, self.go_on = Event(), Event()
        self._answer = footnote.chain.invoke(QUESTION)
        self.footnote = rewired(footnote, RunnableLambda(self._answer_slowly))

    def _answer_slowly(self, ask: dict[str, str]) -> Answer:
        self.asked.append(ask["question"])
        self.started.set()
        self.go_on.wait(20)
        return self._answer

    def close(self) -> None:
        self.go_on.set()
        self.footnote.queue.close()


def rewired(footnote: Footnote, chain: object) -> Footnote:
    """The same folder behind another chain."""
    folder = DataFolder(footnote.library, footnote.answers)
    return Footnote(folder, load_encoder(), lambda _: chain, WorkQueue())  # type: ignore[arg-type, return-value]
