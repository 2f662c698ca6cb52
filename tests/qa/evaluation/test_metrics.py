"""Each metric against numbers worked out by hand, and against other people's programs."""

from __future__ import annotations

from random import Random
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, Qrel, ScoredDoc, Success

from qa.evaluation.cases import Case, case_of
from qa.evaluation.documents import Shelf
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.answers import contains, exact_match, token_f1
from qa.evaluation.reading import response_of
from tests.qa.evaluation.made import OTHER, REFUSED, TEXT, Scripted, case, citation, own, question, shelf, value

ANSWERED = own(("It opened.", [1]), citations=[citation(1, 0, 26)], confidence=0.9)
NOT: dict[str, Any] = {"id": "n", "answerable": False, "evidence": [], "answers": []}
FIRST, SECOND, THIRD = TEXT[0:26], TEXT[27:51], TEXT[52:77]


class TestShortAnswers:
    @pytest.mark.parametrize(
        ("predicted", "golds", "exact", "f1"),
        [
            ("The Norman dynasty", ["Norman dynasty"], 1, 1),  # articles go
            ("an apple a day", ["apple day"], 1, 1),
            ("U.S.A.", ["USA"], 1, 1),  # punctuation goes, nothing takes its place
            ("“40%”, they said", ["40% they said"], 1, 1),  # curly quotes are punctuation, too
            ("cafe\u0301 noir", ["café noir"], 1, 1),  # composed
            ("Straße 5", ["strasse 5"], 0, 1 / 2),  # lower case, not folded: 5 of 2 and 2 words
            ("October 6, 1973", ["October 1973", "1973", "6 October"], 0, 4 / 5),  # 2 shared of 3 and 2: best gold
            ("in the year 1973", ["1973"], 0, 1 / 2),  # the goes; 1 shared of 3 and 1
            ("red red blue", ["red blue blue"], 0, 2 / 3),  # red once, blue once
            ("Paris", ["London"], 0, 0),
            ("", [], 1, 1),  # SQuAD 2.0: nothing said, nothing to say
            ("Paris", [], 0, 0),
        ],
    )
    def test_scores_as_worked_out_by_hand(self, predicted: str, golds: list[str], exact: float, f1: float) -> None:
        assert exact_match(predicted, golds) == exact
        assert token_f1(predicted, golds) == pytest.approx(f1)

    def test_an_empty_answer_to_an_answerable_question_scores_nothing(self) -> None:
        assert (exact_match("", ["1934"]), token_f1("", ["1934"])) == (0, 0)

    def test_a_gold_answer_is_contained_as_whole_words(self) -> None:
        assert contains("It opened in 1934, they say.", ["1934"])
        assert not contains("It opened in 19345.", ["1934"])
        assert not contains("It opened.", ["", "the"])

    def test_questions_without_short_answers_have_no_exact_match(self) -> None:
        answered = own(("It opened in 1934.", [1]), citations=[citation(1, 0, 26)])

        assert value("exact_match", case(answered, question())).value is None
        short = case(answered, question(short_answers=["1934"]))
        assert value("exact_match", short, case(answered, question())).value == 0
        assert value("token_f1", short).value == pytest.approx(2 / 5)  # it opened in 1934: 1 of 4, 1 of 1


class TestStructural:
    def test_counts_quotes_marks_and_numbers(self) -> None:
        answer = own(
            ("It opened in 1934.", [1, 2]),
            ("It is long.", [5]),
            citations=[citation(1, 0, 26), citation(2, 1, 27, quote=FIRST), citation(3, 27, 51)],
        )

        one = case(answer)

        assert [(f.kind, f.number) for f in one.faults] == [
            ("wrong_place", 2),
            ("unused_entry", 3),
            ("number_out_of_range", 5),
        ]
        assert value("quote_exactness", one).value == pytest.approx(2 / 3)
        assert value("orphan_rate", one).value == pytest.approx(2 / 6)  # mark 5 and entry 3, of 3 marks and 3 entries
        assert value("invalid_rate", one).value == pytest.approx(1 / 3)

    @pytest.mark.parametrize(
        ("entry", "kind"),
        [
            (citation(1, 0, 26), None),
            (citation(1, 3, 29, quote=FIRST), "wrong_place"),
            (citation(1, 0, 26, document="tower", quote=FIRST), "wrong_document"),
            (citation(1, 0, 26, document="tunnel", quote=FIRST), "missing_document"),
            (citation(1, 0, 26, quote="The bridge opened it."), "stitched_quote"),
            (citation(1, 0, 26, quote="The bridge was blown up."), "invented_quote"),
            (citation(1, 26, 0, quote=FIRST), "wrong_place"),
            ({**citation(1, 0, 26), "content_hash": "old"}, "changed_document"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_broken_quote_is_named_for_what_it_is(self, entry: dict[str, Any], kind: str | None) -> None:
        one = case(own(("It opened.", [1]), citations=[entry]))

        assert [fault.kind for fault in one.faults] == ([kind] if kind else [])

    def test_without_documents_nothing_is_said_of_quotes(self) -> None:
        answer = own(("It opened.", [1]), citations=[citation(1, 0, 26, quote="Invented.")])
        one = case_of(response_of("here", answer, Shelf()), None, None, None)

        assert one.faults == ()
        assert value("quote_exactness", one).value is None

    def test_a_foreign_mark_without_a_passage_is_caught_and_an_uncited_passage_is_none(self) -> None:
        foreign = {
            "question": "When?",
            "answer": "It opened in 1934 [1]. It is long [9].",
            "passages": [{"n": 1, "text": TEXT}, {"n": 2, "text": OTHER}],
        }

        assert [(f.kind, f.number) for f in case(foreign).faults] == [("number_out_of_range", 9)]


class TestSupport:
    """Sentences a, b, c; what the verifier says of each set of quotes is written into the test."""

    def one(self, *statements: tuple[str, list[int]], **told: Any) -> Case:
        verifier = Scripted(
            **{k.replace("x", FIRST).replace("y", SECOND).replace("z", THIRD): v for k, v in told.items()}
        )
        quotes = [citation(1, 0, 26), citation(2, 27, 51), citation(3, 52, 77)]
        return case(own(*statements, citations=quotes), verifier=verifier)

    def test_a_citation_that_adds_nothing_is_imprecise(self) -> None:
        # x alone supports, y alone does not, and without y the rest does: y is irrelevant (ALCE).
        one = self.one(("a.", [1, 2]), **{"x+y": "supported", "x": "supported"})

        assert value("citation_recall", one).value == 1
        assert value("citation_precision", one).value == 1 / 2

    def test_citations_that_support_only_together_are_both_precise(self) -> None:
        one = self.one(("a.", [1, 2]), **{"x+y": "supported"})

        assert value("citation_precision", one).value == 1

    def test_invented_numbers_stay_in_the_precision(self) -> None:
        # ALCE drops them: there, inventing numbers is free.
        one = self.one(("a.", [1, 8, 9]), **{"x": "supported"})

        assert value("citation_recall", one).value == 1
        assert value("citation_precision", one).value == pytest.approx(1 / 3)
        assert value("weighted_precision", one).value == pytest.approx(1 / 3)

    def test_macro_is_over_answers_and_micro_over_sentences(self) -> None:
        one = self.one(("a.", [1]), **{"x": "supported"})
        other = self.one(("a.", [1]), ("b.", [2]), ("c.", [3]), **{"x": "supported", "y": "partial"})

        assert value("citation_recall", one, other).value == pytest.approx((1 + 1 / 3) / 2)
        assert value("citation_recall_micro", one, other).value == pytest.approx(2 / 4)
        assert value("weighted_recall", one, other).value == pytest.approx(2.5 / 4)
        assert value("citation_precision_micro", one, other).value == pytest.approx(2 / 4)
        assert value("citation_f1", one, other).value == pytest.approx(2 / 3)

    def test_an_uncited_sentence_costs_recall_and_an_exempt_one_nothing(self) -> None:
        foreign = {
            "question": "When?",
            "answer": "## The bridge\n\nIt opened in 1934 [1]. It is forty metres long. Anything else?",
            "passages": [{"n": 1, "text": FIRST}],
        }
        one = case(foreign, verifier=Scripted(**{FIRST: "supported"}))

        assert value("citation_recall", one).value == 1 / 2
        assert value("cited_supported", one).value == 1

    def test_support_by_an_uncited_passage_is_misattribution(self) -> None:
        foreign = {
            "question": "When?",
            "answer": "It opened in 1934 [2].",
            "passages": [{"n": 1, "text": FIRST}, {"n": 2, "text": SECOND}],
        }

        assert value("misattribution", case(foreign, verifier=Scripted(**{FIRST: "supported"}))).value == 1
        assert value("misattribution", case(foreign, verifier=Scripted())).value == 0

    def labelled(self, *claims: dict[str, Any]) -> Case:
        passages = [{"n": 1, "text": FIRST}, {"n": 2, "text": SECOND}]
        answer = {"question": "When?", "answer": "So.", "passages": passages, "claims": list(claims)}
        return case_of(response_of("here", answer, Shelf()), None, None, None)

    @pytest.mark.parametrize("cited", [[], [7]], ids=["nothing", "an invented number"])
    def test_what_cites_nothing_that_exists_is_not_supported_whatever_its_label(self, cited: list[int]) -> None:
        one = self.labelled({"claim": "It opened.", "cited": cited, "label": "supported"})

        assert value("citation_recall", one).value == 0
        assert value("citation_precision", one).value == (0 if cited else None)
        assert value("cited_supported", one).value == (0 if cited else None)

    def test_an_invented_number_beside_a_labelled_citation_stays_in_the_precision(self) -> None:
        one = self.labelled({"claim": "It opened.", "cited": [1, 7], "label": "supported"})

        assert (value("citation_recall", one).value, value("citation_precision", one).value) == (1, 1 / 2)

    def test_refusals_leave_the_averages(self) -> None:
        one = self.one(("a.", [1]), **{"x": "supported"})
        refused = case(REFUSED, question())

        recall = value("citation_recall", one, refused)

        assert (recall.value, recall.scored, recall.of) == (1, 1, 2)


class TestGold:
    def test_citations_against_the_gold_evidence(self) -> None:
        answer = own(("It is long.", [1]), ("It opened.", [2, 9]), citations=[citation(1, 27, 51), citation(2, 0, 26)])
        one = case(answer, question())

        assert value("first_citation", one).value == 0
        assert value("evidence_hit", one).value == 1
        assert value("evidence_precision", one).value == pytest.approx(1 / 3)  # the invented number counts
        assert value("evidence_recall", one).value is None  # alternatives: nothing to be complete about
        # 50 characters cited, 26 of them of the gold sentence's 26: 2 * 26 / (50 + 26)
        sentences = question(evidence_sentences=[{"start": 0, "end": 26}])
        assert value("character_f1", case(answer, sentences)).value == pytest.approx(52 / 76)

    def test_characters_that_are_cited_twice_count_once(self) -> None:
        answer = own(("It.", [1, 2]), citations=[citation(1, 0, 20), citation(2, 10, 26)])
        asked = question(evidence_sentences=[{"start": 0, "end": 26}])

        assert value("character_f1", case(answer, asked)).value == 1

    def test_offsets_beyond_all_documents_cost_nothing(self) -> None:
        answer = own(("It.", [1]), citations=[citation(1, 0, 10**15)])

        assert value("character_f1", case(answer, question())).value == pytest.approx(0, abs=1e-6)

    def test_gold_sentences_of_no_document_have_no_f1(self) -> None:
        named = [{"start": 21, "end": 25, "document_id": "bridge"}]
        nowhere = question(document_id=None, evidence=named, evidence_sentences=[{"start": 0, "end": 26}])

        assert value("character_f1", case(own(("It.", [1]), citations=[citation(1, 0, 9)]), nowhere)).value is None

    def test_all_spans_together_are_to_be_cited(self) -> None:
        both = question(evidence=[{"start": 21, "end": 25}, {"start": 52, "end": 60}], evidence_mode="all")
        answer = own(("It opened.", [1]), citations=[citation(1, 0, 26)])

        assert value("evidence_recall", case(answer, both)).value == 1 / 2

    def test_an_invented_first_number_is_no_gold(self) -> None:
        answer = own(("It opened.", [9, 1]), citations=[citation(1, 0, 26)])

        assert value("first_citation", case(answer, question())).value == 0

    def test_citations_that_stand_nowhere_are_neither_right_nor_wrong(self) -> None:
        passages = [{"n": 1, "text": FIRST, "document_id": "quay"}]
        foreign = {"question": "When?", "answer": "It opened [1].", "passages": passages, "confidence": 0.9}

        for asked in (question(), question(**NOT)):
            assert case(foreign, asked).is_right is None
        for metric in ("evidence_hit", "first_citation", "evidence_precision", "risk_coverage_area"):
            assert value(metric, case(foreign, question())).value is None

    def test_a_quote_at_these_offsets_of_another_document_is_no_hit(self) -> None:
        answer = own(("Built.", [1]), citations=[citation(1, 0, 26, document="tower")])

        assert value("evidence_hit", case(answer, question())).value == 0


class TestRetrieval:
    def test_hits_and_reciprocal_rank_equal_ir_measures(self) -> None:
        random = Random(3)
        text = "x" * 4_000
        qrels, run, cases = [], [], []
        for number in range(40):
            starts = random.sample(range(0, 4_000, 100), 20)
            gold = random.sample(range(0, 4_000, 100), 2)
            passages = [{"document_id": "d", "start": s, "end": s + 100, "text": text[:100]} for s in starts]
            evidence = [{"start": g + 40, "end": g + 60} for g in gold]
            asked = question(id=str(number), document_id="d", evidence=evidence)
            cases.append(case(own(citations=[], passages=passages), asked, on=shelf(d=text)))
            qrels += [Qrel(str(number), str(g), 1) for g in gold]
            run += [ScoredDoc(str(number), str(s), float(-rank)) for rank, s in enumerate(starts)]

        theirs = ir_measures.calc_aggregate([Success @ 1, Success @ 5, Success @ 10, RR], qrels, run)

        ours = {name: value(name, *cases).value for name in ("hit_at_1", "hit_at_5", "hit_at_10", "mrr")}
        assert 0 < theirs[Success @ 5] < 1
        assert list(ours.values()) == pytest.approx([theirs[m] for m in (Success @ 1, Success @ 5, Success @ 10, RR)])

    def test_gold_spans_are_counted_where_all_are_needed(self) -> None:
        both = question(evidence=[{"start": 21, "end": 25}, {"start": 52, "end": 60}], evidence_mode="all")
        passages = [{"document_id": "bridge", "start": 0, "end": 26, "text": FIRST}]

        assert value("spans_covered", case(own(citations=[], passages=passages), both)).value == 1 / 2

    def test_passages_that_stand_nowhere_have_no_retrieval(self) -> None:
        foreign = {"question": "When?", "answer": "Then [1].", "passages": [{"n": 1, "text": TEXT}]}

        assert value("hit_at_1", case(foreign, question())).value is None


class TestAbstention:
    def cases(self, cells: tuple[int, int, int, int]) -> list[Case]:
        """Answerable answered and refused, unanswerable answered and refused."""
        kinds = [
            (ANSWERED, question()),
            (REFUSED, question()),
            (ANSWERED, question(**NOT)),
            (REFUSED, question(**NOT)),
        ]
        return [case(*kind) for kind, count in zip(kinds, cells, strict=True) for _ in range(count)]

    def test_equals_published_figures(self) -> None:
        # EVALUATION.md, nlnet on SQuAD 2.0: refusal P 84.6, R 83.9, F1 84.3; answering 81.4, 82.2, 81.8; mean 83.1.
        cases = self.cases((822, 178, 188, 978))

        found = {n: 100 * (value(n, *cases).value or 0) for n in MEASURES if n.startswith(("refusal_", "answering_"))}

        assert found["refusal_precision"] == pytest.approx(84.6, abs=0.05)
        assert found["refusal_recall"] == pytest.approx(83.9, abs=0.05)
        assert found["refusal_f1"] == pytest.approx(84.3, abs=0.1)
        assert found["answering_precision"] == pytest.approx(81.4, abs=0.05)
        assert found["answering_recall"] == pytest.approx(82.2, abs=0.05)
        assert found["answering_f1"] == pytest.approx(81.8, abs=0.05)
        both = (found["refusal_f1"] + found["answering_f1"]) / 2
        assert 100 * (value("grounded_refusal", *cases).value or 0) == pytest.approx(both)

    def test_without_an_unanswerable_question_there_is_no_refusal_f1(self) -> None:
        cases = self.cases((3, 1, 0, 0))

        assert value("refusal_f1", *cases).value is None
        assert value("grounded_refusal", *cases).value is None
        assert value("answering_f1", *cases).value == pytest.approx(6 / 7)

    def test_false_refusals_are_told_apart_by_retrieval(self) -> None:
        found = [{"document_id": "bridge", "start": 0, "end": 26, "text": FIRST}]
        missed = [{"document_id": "tower", "start": 0, "end": len(OTHER), "text": OTHER}]
        cases = [case({**REFUSED, "passages": p}, question()) for p in (found, missed, missed)]
        cases.append(case({**ANSWERED, "passages": found}, question()))

        assert value("false_refusal", *cases).value == 3 / 4
        assert value("false_refusal_without_hit", *cases).value == 2 / 4
        assert value("false_refusal_despite_hit", *cases).value == 1 / 4

    def test_asking_back_is_right_where_the_question_leaves_it_open(self) -> None:
        vague = question(**NOT, unanswerable_kind="underspecified", expected="clarify")
        asked_back = case(own(("Which bridge?", []), citations=[], kind="clarification"), vague)

        assert value("asked_back", asked_back, case(REFUSED, vague), case(ANSWERED, vague)).value == 1 / 3
        assert value("refusal_recall", asked_back, case(REFUSED, vague), case(ANSWERED, vague)).value == 2 / 3

    def test_an_answer_to_the_unanswerable_is_never_correct(self) -> None:
        said = own(("It opened in 1934.", [1]), citations=[citation(1, 0, 26)])
        cases = [case(said, question()), case(said, question(**NOT)), case(REFUSED, question())]

        assert value("contained_of_answered", *cases).value == 1 / 2
        assert value("contained_of_answerable", *cases).value == 1 / 2
        assert value("correctness_f1", *cases).value == pytest.approx(1 / 2)

    def test_risk_and_calibration_as_worked_out_by_hand(self) -> None:
        right = {**ANSWERED, "confidence": 0.9}
        wrong = own(("Long.", [1]), citations=[citation(1, 27, 51)], confidence=0.7)
        cases = [
            case(right, question()),
            case(wrong, question()),
            case({**REFUSED, "confidence": 0.1}, question(**NOT)),
        ]

        # Risk 0, then 1 of 2, then 2 of 3 wrong.
        assert value("risk_coverage_area", *cases).value == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
        # Gaps: 0.9 to 1, 0.7 to 1, 0.1 to 0.
        assert value("calibration_error", *cases).value == pytest.approx((0.1 + 0.3 + 0.1) / 3)
        assert value("auroc", *cases).value == 1


def test_every_measure_has_its_formula_written_down() -> None:
    for measure in MEASURES.values():
        assert len(measure.formula.split()) > 3, measure.name


@pytest.mark.parametrize("name", MEASURES)
def test_a_formula_says_what_it_refers_to(name: str) -> None:
    said = MEASURES[name].formula

    assert not said.startswith(("Of these", "And ", "The same", "Mean of the two")), said
    assert "these two" not in said


def test_nothing_to_divide_by_is_null_and_counted() -> None:
    for name in MEASURES:
        found = value(name, case({"question": "?", "answer": "Well?", "passages": []}))
        assert found.value is None, name
        assert (found.scored, found.of) == (0, 1), name
