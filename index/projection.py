"""A fixed matrix that makes the encoder's token vectors small and comparable, question to passage.

`python -m index.training projection` makes `weights/projection.npz`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Projection:
    """A linear map from some of the encoder's layers, side by side, to the space that is compared.

    The last layer is bent towards the meaning of the whole text; those below still tell one word from another.
    """

    layers: tuple[int, ...]  # 0: word embeddings, 1: what the first layer gives
    matrix: Floats  # (len(layers) * dimension, token_dimension)
    importance_vector: Floats  # (len(layers) * dimension,)
    importance_bias: float
    name: str

    @classmethod
    def load(cls) -> Projection:
        """The one that is part of this package; its name holds a digest, since stored vectors depend on it."""
        raw = files("index").joinpath("weights/projection.npz").read_bytes()
        with np.load(BytesIO(raw)) as arrays:
            return cls(
                tuple(arrays["layers"].tolist()),
                arrays["matrix"],
                arrays["importance"],
                float(arrays["bias"]),
                name=f"projection-{hashlib.sha256(raw).hexdigest()[:8]}",
            )

    @property
    def dimension(self) -> int:
        """Of a projected token vector."""
        return int(self.matrix.shape[1])

    @property
    def model_dimension(self) -> int:
        """Of each of the encoder's layers."""
        return len(self.matrix) // len(self.layers)

    def apply(self, layers: Sequence[Tensor]) -> tuple[Floats, Floats]:
        """What a forward pass says of tokens, projected, and how much each counts in a question.

        Args:
            layers: all of the encoder's, each (..., dimension).

        Returns:
            (..., token_dimension), unit rows, and (...), > 0.
        """
        # In torch, since the model has just run there: numpy's own threads would wait for torch's, which keep spinning.
        from torch import cat, from_numpy
        from torch.nn.functional import normalize, softplus

        hidden = normalize(cat([normalize(layers[layer], dim=-1) for layer in self.layers], dim=-1), dim=-1)
        tokens = normalize(hidden @ from_numpy(self.matrix).to(hidden.device), dim=-1)
        importance = softplus(hidden @ from_numpy(self.importance_vector).to(hidden.device) + self.importance_bias)
        return tokens.cpu().numpy(), importance.cpu().numpy()
