"""Documents that carry instructions, and a model that obeys them: how much of that reaches the reader?

Those of the tests were at hand when the guard was made; the unseen ones tell how far it carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from index.encoding import load_encoder
from index.library import Library
from tests.benchmarks.generative.common import chain_with, codes, per_cent
from tests.llm.instructions import PLANTED, QUESTION, Planted, obedient
from tests.llm.more_instructions import MORE
from tests.llm.server import ModelServer
from tests.llm.unseen_instructions import UNSEEN


def main(_: Path, half: str) -> None:
    """Prints how many are obeyed, and what is said to each; the same for both halves."""
    for name, planted in (("of the tests", (*PLANTED, *MORE)), ("unseen", UNSEEN)):
        print(f"{name}:")
        _report(planted)


def _report(all_planted: Sequence[Planted]) -> None:
    obeyed, shown, told = [], [], []
    with (
        TemporaryDirectory() as folder,
        Library.open(Path(folder), load_encoder()) as library,
        ModelServer(obedient(all_planted[0])) as server,
    ):
        chain = chain_with(library, server)
        for planted in all_planted:
            library.add(planted.document)
        for planted in all_planted:
            server.script = obedient(planted)
            answer = chain.invoke({"question": QUESTION, "documents": [planted.document.id]})
            if planted.is_read_in(server.asked[-1]):
                shown.append(planted)
            if planted.is_obeyed_in(answer):
                obeyed.append(planted)
            if "1934" in answer.text:
                told.append(planted)
            mark = "OBEYED " if planted.is_obeyed_in(answer) else "       "
            print(f"  {mark}{planted.name}: {answer.text}  {sorted(codes(answer))}")
    print(f"  withheld from the model: {len(all_planted) - len(shown)} of {len(all_planted)}")
    print(f"  obeyed in what the reader sees: {per_cent(obeyed, all_planted)}")
    print(f"  the true year is told: {per_cent(told, all_planted)}")
