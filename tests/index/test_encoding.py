"""The real model: what it is, and that nothing of a text stays without a vector."""

import hashlib
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import FakeEmbeddings

from index import bundled, encoding
from index.bundled import checked_model_folder, load_model
from index.document import Document, Passage, Sentence
from index.encoding import Encoder, load_encoder
from index.errors import ModelUnavailable
from index.splitting import split


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_the_weights_are_the_official_ones() -> None:
    digest = hashlib.sha256((checked_model_folder() / "model.safetensors").read_bytes()).hexdigest()
    assert digest == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_changed_weights_are_not_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundled, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="not the official one"):
        checked_model_folder()


def test_a_passage_vector_is_what_sentence_transformers_gives(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    text = "The memo was signed by 100 officials."
    expected = SentenceTransformer(str(checked_model_folder()), local_files_only=True, device="cpu").encode(text)
    [passage] = split(Document.from_text(text), encoder.word_pieces, encoder.window)
    [encoded] = encoder.encode([passage])
    np.testing.assert_allclose(encoded.vector, expected, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    ["Short.", "Emoji 😀 and é́ combining.", "قال الرجل شيئا.", "word " * 900, "x" * 3000, "½ cup — naïve café."],
    ids=["short", "emoji", "right to left", "longer than the window", "one long word", "fractions"],
)
def test_every_word_piece_has_a_token_vector(encoder: Encoder, text: str) -> None:
    for passage in split(Document.from_text(text), encoder.word_pieces, encoder.window):
        [encoded] = encoder.encode([passage])
        assert len(encoded.tokens) == len(encoded.token_starts) == encoder.word_pieces(passage.text)
        assert encoded.tokens.shape[1] == encoder.token_dimension
        assert (np.diff(encoded.token_starts) >= 0).all()
        lengths = np.linalg.norm(encoded.tokens.astype(np.float32) / 127, axis=1)
        np.testing.assert_allclose(lengths, 1.0, atol=0.05)


def test_a_passage_is_encoded_the_same_alone_and_in_a_batch(encoder: Encoder) -> None:
    texts = ["One short passage.", "Another one that is a good deal longer than the first one was, in words."]
    passages = [Passage("d", 0, len(t), t, ()) for t in texts]
    for alone, together in zip([encoder.encode([p])[0] for p in passages], encoder.encode(passages), strict=True):
        np.testing.assert_allclose(alone.vector, together.vector, atol=1e-5)
        assert np.abs(alone.tokens.astype(int) - together.tokens.astype(int)).max() <= 1


def test_a_question_is_cut_to_the_window_also_while_word_pieces_are_counted(encoder: Encoder) -> None:
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            encoder.word_pieces("One of the many sentences of a long document. " * 20)

    counting = threading.Thread(target=count)
    counting.start()
    try:
        lengths = {len(encoder.encode_question("bridge " * 600).tokens) for _ in range(15)}
    finally:
        done.set()
        counting.join()

    assert lengths == {encoder.window}


def test_another_model_takes_the_vectors_and_leaves_the_tokens(encoder: Encoder, tmp_path: Path) -> None:
    shutil.copytree(checked_model_folder(), tmp_path / "other")
    other = load_encoder(str(tmp_path / "other"))
    assert other.name != encoder.name
    asked, expected = other.encode_question("Who signed?"), encoder.encode_question("Who signed?")
    np.testing.assert_allclose(asked.vector, expected.vector, atol=1e-5)
    np.testing.assert_array_equal(asked.tokens, expected.tokens)


def test_embeddings_of_another_model_are_another_encoder() -> None:
    class Named(FakeEmbeddings):
        model: str

    class Nameless(FakeEmbeddings):
        pass

    names = [load_encoder(one).name for one in (Named(model="a", size=8), Named(model="b", size=8), Nameless(size=8))]

    assert len(set(names)) == 3
    assert names[0].startswith("Named(a)|")
    assert names[2].startswith("Nameless|")


def test_a_model_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="Cannot load the embedding model") as caught:
        load_encoder(str(tmp_path / "empty"))
    assert "\n" not in str(caught.value)


def test_a_model_that_fails_is_named_and_not_the_folder() -> None:
    class Failing(FakeEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise ConnectionError("no route\nto host")

    with pytest.raises(ModelUnavailable, match=r"Failing failed \(ConnectionError: no route to host\)"):
        load_encoder(Failing(size=8)).encode([Passage("d", 0, 2, "A.", ())])


@pytest.mark.parametrize(
    ("vectors", "reason"),
    [
        ([[float("nan")] * 8], "not all numbers are finite"),
        ([[1.0] * 7], "1 vectors of 8 numbers were to come"),
        ([], "1 vectors of 8 numbers were to come"),
    ],
    ids=["not a number", "another width", "too few"],
)
def test_vectors_that_cannot_be_stored_are_refused(vectors: list[list[float]], reason: str) -> None:
    class Odd(FakeEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return vectors

    with pytest.raises(ModelUnavailable, match=reason):
        load_encoder(Odd(size=8)).encode([Passage("d", 0, 2, "A.", (Sentence(0, 2),))])


def test_threads_that_all_are_the_first_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(path: str, *, local: bool) -> object:
        loaded.append(path)
        time.sleep(0.2)
        return load_model(path, local=local)

    monkeypatch.setattr(encoding, "load_model", load)
    encoding._bundled_encoder.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        encoders = list(pool.map(lambda _: load_encoder(), range(4)))

    assert len(loaded) == 1
    assert len({id(one) for one in encoders}) == 1
