"""The late encoder is the bundled one in all but the time of loading."""

from __future__ import annotations

from index.document import Passage, Sentence
from index.encoding import Encoder
from index.late_encoding import LateEncoder

PASSAGE = Passage("d", 0, 11, "Some words.", (Sentence(0, 11),))


def test_says_the_same_of_itself_as_the_real_one(encoder: Encoder) -> None:
    late = LateEncoder(lambda: encoder)

    for name in ("name", "dimension", "token_dimension", "window"):
        assert getattr(late, name) == getattr(encoder, name)


def test_loads_it_once_and_only_to_encode(encoder: Encoder) -> None:
    loaded = []

    def load() -> Encoder:
        loaded.append(True)
        return encoder

    late = LateEncoder(load)
    assert not loaded

    [encoding] = late.encode([PASSAGE])
    question = late.encode_question("Some words.")

    assert (encoding.vector == encoder.encode([PASSAGE])[0].vector).all()
    assert (question.vector == encoder.encode_question("Some words.").vector).all()
    assert late.word_pieces("Some words.") == encoder.word_pieces("Some words.")
    assert len(loaded) == 1
