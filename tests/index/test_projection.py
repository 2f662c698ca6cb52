"""Token vectors that can be worked out by hand."""

import numpy as np
import pytest
import torch

from index.projection import Projection

E1, E2 = np.eye(2, dtype=np.float32)


def projection(matrix: list[list[float]], importance: list[float], bias: float) -> Projection:
    return Projection((2, 0), np.array(matrix, np.float32), np.array(importance, np.float32), bias, "by hand")


def layers(*rows: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(row[None, None]) for row in rows]


def test_the_named_layers_count_the_same_in_their_order_and_the_others_not_at_all() -> None:
    # Layer 2 says the second direction, layer 0 the first, ten times as loud: side by side (0, 1, 1, 0) / sqrt 2.
    keep = projection([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], [0, 0, 0, 0], 0.0)

    rows, _ = keep.apply(layers(10 * E1, 7 * E1, E2))

    np.testing.assert_allclose(rows[0, 0], np.array([0, 1, 1]) / np.sqrt(2), atol=1e-6)


def test_importance_is_a_softplus_of_the_same_layers() -> None:
    # ln(1 + exp(2 * 1 / sqrt 2 + 0.5)) = ln(1 + exp(1.9142)) = 2.0518
    weigh = projection([[1], [1], [1], [1]], [0, 2, 0, 0], 0.5)

    _, importance = weigh.apply(layers(E1, E1, E2))

    assert importance[0, 0] == pytest.approx(2.0518, abs=1e-4)
    assert weigh.model_dimension == 2
