"""Models that write what does harm: is every footnote exact, and does nothing of it come alive?"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from tests.benchmarks.generative.common import chain_with, codes, library_in, per_cent, quotes_hold, texts_of
from tests.benchmarks.questions import records
from tests.llm.hostile import HOSTILE
from tests.llm.rendering import faults
from tests.llm.server import ModelServer

QUESTIONS = 3  # each hostile model is asked


def main(folder: Path, half: str) -> None:
    """Prints how many of its answers hold, and each that does not."""
    rows = records("xquad_en", half)
    step = len(rows) // QUESTIONS
    questions = [row["question"] for row in rows[step // 2 :: step]][:QUESTIONS]
    valid, still, slowest, outcomes = [], [], (0.0, ""), Counter[str]()
    with library_in(folder, "squad") as library, ModelServer(next(iter(HOSTILE.values()))) as server:
        texts = texts_of(library)
        chain = chain_with(library, server)
        for name, script in HOSTILE.items():
            server.script = script
            for question in questions:
                began = time.perf_counter()
                answer = chain.invoke(question)
                slowest = max(slowest, (time.perf_counter() - began, name))
                found = faults(answer)
                cited = all(s.citations for s in answer.statements if s.verdict == "supported")
                valid.append(quotes_hold(answer, texts) and cited)
                still.append(not found)
                outcomes[" + ".join(sorted(codes(answer))) or "answered by the model"] += 1
                if found or not valid[-1]:
                    print(f"  {name}: {found or 'a footnote does not hold'}")
    print(f"{len(HOSTILE)} hostile models, {len(questions)} questions each: {len(valid)} answers")
    print(f"  every footnote is exact, what is supported has one: {per_cent([v for v in valid if v], valid)}")
    print(f"  text and nothing but text on every surface: {per_cent([s for s in still if s], still)}")
    print(f"  the slowest took {slowest[0]:.1f} s ({slowest[1]}); outcomes {dict(outcomes)}")
