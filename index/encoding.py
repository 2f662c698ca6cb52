"""One forward pass a passage gives its vector and its token vectors; a question is encoded the same way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.bundled import BUNDLED_MODEL, checked_model_folder, load_model
from index.document import Passage
from index.errors import ModelUnavailable
from index.projection import Projection

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

Floats = NDArray[np.float32]

# Small, so that what is batched is about as long; larger ones were no faster on two and four cores.
BATCH = 8
# Passages given to an encoder at a time: enough for it to sort by length, few enough for a progress bar to move.
ENCODED_AT_ONCE = 128


@dataclass(frozen=True, eq=False)
class PassageEncoding:
    """What a library keeps of a passage besides its words."""

    vector: Floats  # (dimension,), unit length
    tokens: NDArray[np.int8]  # (t, token_dimension), unit rows times 127
    token_starts: NDArray[np.int32]  # (t,), code points into Passage.text


@dataclass(frozen=True, eq=False)
class QuestionEncoding:
    """A question in the same two spaces."""

    vector: Floats  # (dimension,), unit length
    tokens: Floats  # (q, token_dimension), unit rows
    token_starts: NDArray[np.int32]  # (q,), code points into the question
    importance: Floats | None = None  # (q,), learned, > 0; None: all alike


class Encoder(Protocol):
    """Text to vectors."""

    name: str  # the models and the projection; a library is tied to it
    dimension: int  # of a passage's vector
    token_dimension: int  # of a token's vector
    window: int  # word pieces that fit into one pass

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, special tokens left out."""
        ...

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes passages, each in one forward pass (more only where a single sentence exceeds the window)."""
        ...

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question; one longer than the window is cut there."""
        ...


@dataclass(frozen=True, eq=False)
class Tokens:
    """What one forward pass says of a text, without [CLS] and [SEP]."""

    vector: Floats  # (dimension,), unit length
    rows: Floats  # (t, token_dimension), unit rows: the layers, projected
    importance: Floats  # (t,), > 0
    starts: NDArray[np.int32]  # (t,), code points into the text


class MiniLMEncoder:
    """The bundled model with the projection that was trained for it."""

    def __init__(self, model: SentenceTransformer, projection: Projection) -> None:
        self._model = model
        model[0].model.config.output_hidden_states = True  # what a forward pass computes anyway
        # A tokenizer keeps how the last text was to be cut and padded. With one for both, counting a document's word
        # pieces in one thread would let what is encoded in another go uncut.
        self._counter = deepcopy(model.tokenizer)
        self._projection = projection
        self.name = f"{BUNDLED_MODEL}+{projection.name}"
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.token_dimension = projection.dimension
        self.window = int(model.max_seq_length or 0) - 2  # room for [CLS] and [SEP]

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, special tokens left out."""
        return len(self._counter(text, add_special_tokens=False, verbose=False)["input_ids"])

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes passages, the longest first so that a batch needs little padding."""
        encodings: dict[int, PassageEncoding] = {}
        for index, tokens in self.forward([passage.text for passage in passages]):
            rows = np.rint(tokens.rows * 127).astype(np.int8)
            encodings[index] = PassageEncoding(tokens.vector, rows, tokens.starts)
        return [encodings[index] for index in range(len(passages))]

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question; one longer than the window is cut there."""
        [(_, tokens)] = self.forward([question], whole=False)
        return QuestionEncoding(tokens.vector, tokens.rows, tokens.starts, tokens.importance)

    def forward(self, texts: Sequence[str], *, whole: bool = True) -> Iterator[tuple[int, Tokens]]:
        """Runs the model over texts; yields each one's index and tokens, in any order.

        Args:
            texts: what to run it over; `starts` are offsets into these.
            whole: encode a text longer than the window in overlapping windows instead of cutting it.
        """
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            yield from zip(batch, self._windows([texts[i] for i in batch], whole), strict=True)

    def _windows(self, texts: list[str], whole: bool) -> list[Tokens]:
        import torch

        encoded = self._model.tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=self.window + 2,
            stride=self.window // 2,
            return_overflowing_tokens=whole,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        sample = encoded.pop("overflow_to_sample_mapping", None)
        of_text = np.arange(len(texts)) if sample is None else sample.numpy()
        inputs = {name: tensor.to(self._model.device) for name, tensor in encoded.items()}
        with torch.inference_mode():
            out = self._model(inputs)
            rows, importance = self._projection.apply(out["all_layer_embeddings"])
        vectors = out["sentence_embedding"].cpu().numpy()
        windows = []
        for number, length in enumerate(encoded["attention_mask"].sum(dim=1).tolist()):
            inside = slice(1, length - 1)
            starts = offsets[number, inside, 0].astype(np.int32)
            windows.append(Tokens(vectors[number], rows[number, inside], importance[number, inside], starts))
        if len(windows) == len(texts):
            return windows
        return [_joined([windows[w] for w in np.flatnonzero(of_text == i)]) for i in range(len(texts))]


class WithEmbeddings:
    """Any LangChain `Embeddings` for the passages' vectors; token vectors stay with the bundled model."""

    def __init__(self, tokens: Encoder, embeddings: Embeddings, name: str) -> None:
        self._tokens = tokens
        self._embeddings = embeddings
        self._model = name
        self.name = f"{name}|{tokens.name}"
        self.dimension = len(embeddings.embed_query("dimension"))
        self.token_dimension = tokens.token_dimension
        self.window = tokens.window
        self.word_pieces = tokens.word_pieces

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes passages with both models."""
        with self._running():
            vectors = self._embeddings.embed_documents([passage.text for passage in passages])
            units = self._checked(vectors, len(passages))
        return [
            PassageEncoding(vector, encoding.tokens, encoding.token_starts)
            for vector, encoding in zip(units, self._tokens.encode(passages), strict=True)
        ]

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question with both models."""
        tokens = self._tokens.encode_question(question)
        with self._running():
            [vector] = self._checked([self._embeddings.embed_query(question)], 1)
        return QuestionEncoding(vector, tokens.tokens, tokens.token_starts, tokens.importance)

    def _checked(self, vectors: Sequence[Sequence[float]], count: int) -> list[Floats]:
        """(count, dimension) as unit vectors."""
        if len(vectors) != count or any(len(vector) != self.dimension for vector in vectors):
            raise ValueError(f"{count} vectors of {self.dimension} numbers were to come")
        units = [_unit(vector) for vector in vectors]
        if not all(np.isfinite(unit).all() for unit in units):
            raise ValueError("not all numbers are finite")
        return units

    @contextmanager
    def _running(self) -> Iterator[None]:
        """What goes wrong in a model is the model's: its connection is no fault of the data folder's."""
        try:
            yield
        except Exception as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise ModelUnavailable(f"The embedding model {self._model} failed ({reason}): try again.") from error


def load_encoder(model: str | Embeddings | None = None) -> Encoder:
    """The bundled encoder; with a model, its vectors take the place of the bundled model's.

    Args:
        model: a sentence-transformers path or hub name, or a LangChain `Embeddings`.

    Raises:
        ModelUnavailable: the files are missing, changed, or cannot be loaded.
    """
    with _loading:  # several threads may be the first to ask
        bundled = _bundled_encoder()
    if model is None:
        return bundled
    if not isinstance(model, str):
        return WithEmbeddings(bundled, model, _name(model))
    return WithEmbeddings(bundled, _sentence_transformer_embeddings(model), model)


def _name(embeddings: Embeddings) -> str:
    """The class, and what most of LangChain's call the model in one of these fields: another one is another space."""
    fields = (getattr(embeddings, field, None) for field in ("model", "model_name", "model_id", "deployment"))
    named = next((value for value in fields if isinstance(value, str) and value), None)
    return f"{type(embeddings).__name__}({named})" if named else type(embeddings).__name__


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _bundled_encoder() -> MiniLMEncoder:
    return MiniLMEncoder(load_model(str(checked_model_folder()), local=True), Projection.load())


def _sentence_transformer_embeddings(path: str) -> Embeddings:
    from langchain_core.embeddings import Embeddings

    class SentenceTransformerEmbeddings(Embeddings):
        def __init__(self, model: Any) -> None:
            self._model = model

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = self._model.encode_document(texts, show_progress_bar=False).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            vector: list[float] = self._model.encode_query(text, show_progress_bar=False).tolist()
            return vector

    return SentenceTransformerEmbeddings(load_model(path, local=Path(path).exists()))


def _joined(windows: Sequence[Tokens]) -> Tokens:
    """Overlapping windows of one text as one: each token from the window in which it stands farthest inside."""
    if len(windows) == 1:
        return windows[0]
    step = len(windows[0].starts) - len(windows[0].starts) // 2
    best: dict[int, tuple[int, Tokens, int]] = {}
    for number, window in enumerate(windows):
        for row in range(len(window.starts)):
            depth, position = min(row, len(window.starts) - 1 - row), number * step + row
            if position not in best or depth > best[position][0]:
                best[position] = (depth, window, row)
    rows = [(window, row) for _, (_, window, row) in sorted(best.items(), key=lambda item: item[0])]
    return Tokens(
        _unit(np.mean([window.vector for window in windows], axis=0)),
        np.stack([window.rows[row] for window, row in rows]),
        np.array([window.importance[row] for window, row in rows], dtype=np.float32),
        np.array([window.starts[row] for window, row in rows], dtype=np.int32),
    )


def _unit(vector: Sequence[float] | Floats) -> Floats:
    array = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(array))
    return array / length if length else array


def encode_all(
    encoder: Encoder, passages: Sequence[Passage], progress: Callable[[int, int], None] | None = None
) -> list[PassageEncoding]:
    """Encodes passages some at a time; `progress` is told how many are done, of how many."""
    encodings: list[PassageEncoding] = []
    for first in range(0, len(passages), ENCODED_AT_ONCE):
        if progress:
            progress(first, len(passages))
        encodings += encoder.encode(passages[first : first + ENCODED_AT_ONCE])
    if progress:
        progress(len(passages), len(passages))
    return encodings
