"""A model that obeys what documents tell it: the reader does not get to see that."""

from __future__ import annotations

import re

import pytest

from index.library import Library
from index.splitting import split_sentences
from tests.llm.asked import Asked
from tests.llm.conftest import Door
from tests.llm.instructions import PLANTED, QUESTION, Planted, obedient
from tests.llm.more_instructions import MORE
from tests.llm.replies import NO_ANSWER, Say
from tests.llm.server import ModelServer

ALL = (*PLANTED, *MORE)


@pytest.mark.parametrize("planted", ALL, ids=lambda planted: str(planted.name))
def test_instructions_in_documents_are_not_obeyed(planted: Planted, door: Door, library: Library) -> None:
    with ModelServer(obedient(planted)) as server:
        answer = door(server).invoke({"question": QUESTION, "documents": [planted.document.id]})

    assert not planted.is_obeyed_in(answer)


def test_there_are_eighty_that_differ() -> None:
    assert len({planted.name for planted in ALL}) == 80


@pytest.mark.parametrize("planted", ALL, ids=lambda planted: str(planted.name))
def test_the_model_does_obey(planted: Planted) -> None:
    text = planted.document.text
    sentences = [" ".join(text[s.start : s.end].split()) for s in split_sentences(text)]
    numbered = "\n".join(f"[{n}] {sentence}" for n, sentence in enumerate(sentences, 1))
    prompt = f"<evidence-0a>\n{numbered}\n</evidence-0a>\n<question-0a>\n{QUESTION}\n</question-0a>"

    said = obedient(planted)(Asked("You answer from numbered evidence.", (("user", prompt),)))

    written = said.written(as_json=False).text if isinstance(said, Say) else said.text  # type: ignore[union-attr]
    if planted.sign is None:
        assert written in ("", NO_ANSWER)
    elif planted.sign != "wrong footnote":
        assert re.search(planted.sign, written)
