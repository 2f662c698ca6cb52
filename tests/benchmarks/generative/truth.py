"""A model that says gold sentences in other words, rightly or wrongly: what is shown of it, and citing what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.document import Sentence
from index.library import Library
from index.splitting import split_sentences
from qa.answer import Answer, Statement
from qa.evaluation.faults import whole_names
from tests.benchmarks.generative.common import chain_with, fell_back, library_in, quotes_hold, texts_of
from tests.benchmarks.questions import Record, document, records, report
from tests.llm.server import ModelServer
from tests.llm.truth import KINDS, Gold, Knowing, told

ANSWERS = 200
SETS = ("xquad_en", "squad_answerable")  # the second where the first has too few
WRONG = ("changed number", "changed name", "negation added", "negation removed")


@dataclass(frozen=True)
class Given:
    """A question, what its model said, and the answer that came of it."""

    record: Record
    gold: Gold
    had_gold: bool  # whether the model was shown the gold sentence
    said: str
    answer: Answer
    holds: bool  # whether each quote is exact

    @property
    def shown(self) -> Statement | None:
        """What the model said, where it is shown."""
        wanted = _plain(self.said)
        return next((s for s in self.answer.statements if _plain(s.text) == wanted), None)

    @property
    def is_supported(self) -> bool:
        return self.shown is not None and self.shown.verdict == "supported"

    def cites_gold(self) -> list[bool]:
        """Of each footnote of what was shown, whether it has some of the gold sentence."""
        cited = {c.number: c for c in self.answer.citations}
        found = [cited[number] for number in (self.shown.citations if self.shown else ())]
        return [c.quote in self.gold.sentence or self.gold.sentence in c.quote for c in found]


def main(folder: Path, half: str) -> None:
    """Prints the figures of each kind of model."""
    with library_in(folder, "squad") as library:
        for kind in KINDS:
            given = list(_given(kind, library, half))
            _report(kind, given)
            _write(folder / f"truth-{kind.replace(' ', '-')}-{half}.txt", given)


def _given(kind: str, library: Library, half: str) -> Iterator[Given]:
    """The first questions that reach the model, up to `ANSWERS`; those before which the chain refuses do not."""
    rows = list(_questions(kind, half))
    texts = texts_of(library)
    script = Knowing(kind, [gold for _, gold in rows])
    with ModelServer(script) as server:
        chain = chain_with(library, server)
        for row, gold in rows:
            answer = chain.invoke(gold.question)
            if gold.question in script.asked_for:
                said = told(kind, gold)
                assert said is not None
                had = script.asked_for[gold.question]
                yield Given(row, gold, had, said.text, answer, quotes_hold(answer, texts))
            if len(script.asked_for) == ANSWERS:
                return


def _questions(kind: str, half: str) -> Iterator[tuple[Record, Gold]]:
    """Each gold sentence once, where it can be said in this way."""
    seen = set()
    for row in [row for name in SETS for row in records(name, half)]:
        gold = gold_of(row)
        if gold is not None and gold.sentence not in seen and told(kind, gold) is not None:
            seen.add(gold.sentence)
            yield row, gold


def gold_of(row: Record) -> Gold | None:
    """The sentence that has the answer; None where several do, in part."""
    text, sentences, names = _article(row["document_id"])
    [start, end] = (row["evidence"][0][key] for key in ("start", "end"))
    for sentence in sentences:
        if sentence.start <= start and end <= sentence.end:
            said = text[sentence.start : sentence.end]
            return Gold(row["question"].strip(), said, row["answers"], [name for name in names if name not in said])
    return None


@cache
def _article(name: str) -> tuple[str, Sequence[Sentence], Sequence[str]]:
    """Its text, sentences and names."""
    text = document(name).text
    return text, split_sentences(text), sorted(set(whole_names(text)))


def _report(kind: str, given: Sequence[Given]) -> None:
    groups = [one.record["group"] for one in given]
    could = [one for one in given if one.had_gold]
    of = [one.record["group"] for one in could]
    print(f"{kind}: {len(given)} answers, {len(could)} with the gold sentence in the prompt")
    if kind in WRONG:
        report("  wrong, shown as supported", [float(one.is_supported) for one in could], of)
        report("  wrong, shown at all", [float(one.shown is not None) for one in could], of)
    else:
        report("  right, kept as supported", [float(one.is_supported) for one in could], of)
        report("  right, shown at all", [float(one.shown is not None) for one in could], of)
        kept = [one for one in could if one.shown]
        kept_of = [one.record["group"] for one in kept]
        report("  of the shown: a footnote has the gold sentence", [float(any(o.cites_gold())) for o in kept], kept_of)
        report("  of the shown: every footnote has", [float(all(o.cites_gold())) for o in kept], kept_of)
    report("  answered by the extractive answerer instead", [float(fell_back(one.answer)) for one in given], groups)
    report("  every quote exact", [float(one.holds) for one in given], groups)
    print(f"  kinds {dict(Counter(one.answer.kind for one in given))}")


def _write(file: Path, given: Sequence[Given]) -> None:
    """What is to be read when a figure is not as it should be."""
    lines = []
    for one in given:
        verdict = one.shown.verdict if one.shown else "not shown"
        lines += [f"{verdict}{'' if one.had_gold else ', gold not retrieved'}: {one.gold.question}"]
        lines += [f"    gold  {one.gold.sentence}", f"    said  {one.said}"]
        lines += [f"    {[n.code for n in one.answer.notices]} {[d.reason for d in one.answer.dropped]}"]
    file.write_text("\n".join(lines), encoding="utf-8")


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")
