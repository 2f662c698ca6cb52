"""Trains the matrix that makes token vectors small: late interaction against in-batch and near negatives.

The encoder stays as it is; only a linear map of three of its layers and a weight per question token are learned, with
the softmax loss of ColBERT (Khattab and Zaharia 2020) over sentences. One matrix serves both sides: with one each,
the questions held out were answered 1 to 3 points worse. Training the question's encoder, too (LoRA, over passages as
they are stored), made gold sentences a little likelier on development halves, and the best one right no more often on
reported ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize, softplus
from torch.nn.utils.rnn import pad_sequence

from index.bundled import checked_model_folder, load_model
from index.encoding import MiniLMEncoder
from index.projection import Floats, Projection
from index.term_weights import TermWeights
from index.training.data import Group, training_groups
from index.words import stem, words

# Of six. With the last alone, the right sentence of five development halves came first 1 to 2 points less often.
LAYERS = (6, 4, 2)  # the last one first
DIMENSION = 96
BATCH = 24
LEARNING_RATE = 1e-3
SEED = 0
LONGEST = 64  # tokens of a sentence that are looked at
NEAR, NEIGHBOURS = 6, 4  # negatives of a question: alike in the whole set, and from its own group


@dataclass(frozen=True, eq=False)
class Sample:
    """A question with its tokens, where it is answered, and what looks like an answer."""

    hidden: Floats  # (q, len(LAYERS) * dimension)
    idf: Floats  # (q,)
    positives: tuple[int, ...]  # indices into all sentences
    neighbours: tuple[int, ...]
    near: tuple[int, ...]


def train(data: Path, out: Path) -> None:
    """Trains on the training sets (ten minutes on two cores, with 7 GB of memory) and writes the weights."""
    encoder = _encoder()
    groups = list(training_groups(data))
    sentences = _sentence_tokens(encoder, groups)
    samples = _samples(encoder, groups, sentences)
    matrix, importance, bias = _fit(sentences, samples)
    np.savez(out, layers=np.array(LAYERS), matrix=matrix, importance=importance, bias=bias)


def _encoder() -> MiniLMEncoder:
    model = load_model(str(checked_model_folder()), local=True, device="cpu")
    dimension = len(LAYERS) * int(model.get_embedding_dimension() or 0)
    identity = np.eye(dimension, dtype=np.float32)
    return MiniLMEncoder(model, Projection(LAYERS, identity, np.zeros(dimension, np.float32), 0.0, "none"))


def _sentence_tokens(encoder: MiniLMEncoder, groups: Sequence[Group]) -> list[Floats]:
    """(s, dimension) for every sentence, as encoded within its passage."""
    passages = [passage for group in groups for passage in group.passages]
    tokens = dict(encoder.forward([passage.text for passage in passages]))
    rows: list[Floats] = []
    for index, passage in enumerate(passages):
        starts = tokens[index].starts
        for sentence in passage.sentences:
            inside = (starts >= sentence.start) & (starts < sentence.end)
            rows.append(tokens[index].rows[inside].astype(np.float32))
    return rows


def _samples(encoder: MiniLMEncoder, groups: Sequence[Group], sentences: Sequence[Floats]) -> list[Sample]:
    firsts = np.cumsum([0, *(len(group.sentences) for group in groups)]).tolist()
    asked = [(g, text, positives) for g, group in enumerate(groups) for text, positives in group.questions]
    tokens = dict(encoder.forward([text for _, text, _ in asked], whole=False))
    last = len(tokens[0].vector)  # of the rows' columns; what a sentence's vector is the mean of
    means = normalize(torch.from_numpy(np.stack([_mean(rows[:, :last]) for rows in sentences])), dim=1)
    weights = TermWeights()
    samples = []
    for index, (g, text, within) in enumerate(asked):
        positives = tuple(firsts[g] + i for i in within)
        alike = torch.topk(means @ torch.from_numpy(tokens[index].vector), 40).indices.tolist()
        # Unrooted, other than in `index.ranking`: the root there ranks better, here it made no difference.
        idf = np.full(len(tokens[index].starts), 0.05, dtype=np.float32)
        for word in words(text):
            starts = tokens[index].starts
            idf[(starts >= word.start()) & (starts < word.end())] = weights.idf(stem(word.group()))
        samples.append(
            Sample(
                tokens[index].rows,
                idf,
                positives,
                tuple(i for i in range(firsts[g], firsts[g + 1]) if i not in positives),
                tuple(i for i in alike if i not in positives),
            )
        )
    return samples


def _fit(sentences: Sequence[Floats], samples: Sequence[Sample]) -> tuple[Floats, Floats, Floats]:
    """One pass over the samples; a second one fits the training questions better and others worse."""
    random = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    some = np.concatenate([sentences[i] for i in random.choice(len(sentences), 1500, replace=False)])
    principal = np.linalg.svd(some[:20_000], full_matrices=False)[2][:DIMENSION]
    matrix = torch.nn.Parameter(torch.from_numpy(principal.T.copy()))
    importance = torch.nn.Parameter(torch.zeros(matrix.shape[0]))
    bias, temperature = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.tensor(3.0))
    optimiser = torch.optim.Adam(
        [{"params": [matrix], "lr": LEARNING_RATE}, {"params": [importance, bias, temperature], "lr": 1e-2}]
    )
    steps = len(samples) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / (steps + 1))
    for batch in np.split(random.permutation(len(samples))[: steps * BATCH], steps):
        chosen = [samples[i] for i in batch]
        candidates, targets = _candidates(chosen, random)
        scores = _scores(chosen, [sentences[i] for i in candidates], matrix, importance, bias)
        also_right = torch.tensor([[c in s.positives for c in candidates] for s in chosen])
        also_right[torch.arange(len(chosen)), torch.tensor(targets)] = False
        loss = cross_entropy((scores * temperature.exp()).masked_fill(also_right, -1e9), torch.tensor(targets))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return matrix.detach().numpy(), importance.detach().numpy(), bias.detach().numpy()[0]


def _candidates(chosen: Sequence[Sample], random: np.random.Generator) -> tuple[list[int], list[int]]:
    """Sentences for a batch, and where each question's answer is among them."""
    candidates: list[int] = []
    targets: list[int] = []
    for sample in chosen:
        targets.append(len(candidates))
        candidates.append(int(random.choice(sample.positives)))
        for pool, count in ((sample.neighbours, NEIGHBOURS), (sample.near, NEAR)):
            candidates += [int(i) for i in random.permutation(pool)[:count]]
    return candidates, targets


def _scores(
    samples: Sequence[Sample],
    sentences: Sequence[Floats],
    matrix: torch.Tensor,
    importance: torch.Tensor,
    bias: torch.Tensor,
) -> torch.Tensor:
    """(questions, sentences) late interaction, as `index.ranking.late_interaction` defines it."""
    asked = [sample.hidden for sample in samples]
    q, _ = _padded(asked, lambda hidden: normalize(hidden @ matrix, dim=-1))
    s, present = _padded(sentences, lambda hidden: normalize(hidden @ matrix, dim=-1))
    important, _ = _padded(asked, lambda hidden: softplus(hidden @ importance + bias))
    idf, _ = _padded([sample.idf for sample in samples], lambda idf: idf)
    weights = idf * important
    cosines = (q.flatten(0, 1) @ s.flatten(0, 1).T).reshape(*q.shape[:2], *s.shape[:2])
    best = cosines.masked_fill(~present, -1.0).amax(dim=-1)
    return (best * weights[..., None]).sum(dim=1) / weights.sum(dim=1, keepdim=True)


def _padded(
    rows: Sequence[Floats], through: Callable[[torch.Tensor], torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """All rows put through a function, which sees no padding, then padded with 0; and where there is none."""
    cut = [row[:LONGEST] for row in rows]
    lengths = [len(row) for row in cut]
    parts = torch.split(through(torch.from_numpy(np.concatenate(cut))), lengths)
    present = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return pad_sequence(list(parts), batch_first=True), present


def _mean(rows: Floats) -> Floats:
    return np.asarray(rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1]), dtype=np.float32)
