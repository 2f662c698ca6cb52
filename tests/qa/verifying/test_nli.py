"""A real, tiny CrossEncoder, built here with random weights, behind the Protocol."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from index.errors import ModelUnavailable
from qa.verifying.nli import WORDS_AT_ONCE, NLIVerifier

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the bridge opened in 1934 1932 was painted red . tunnel closed".split()
NLI = {0: "contradiction", 1: "entailment", 2: "neutral"}


def _saved(folder: Path, labels: dict[int, str]) -> Path:
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=labels,
        label2id={name: place for place, name in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _leaning_to(model: CrossEncoder, label: int) -> CrossEncoder:
    """The model with a bias that decides every pair."""
    with torch.no_grad():
        model.model.classifier.bias.zero_()
        model.model.classifier.bias[label] = 9.0
    return model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _saved(tmp_path, NLI)


@pytest.mark.parametrize(("label", "verdict"), [(0, "unsupported"), (1, "supported"), (2, "unsupported")])
def test_the_label_named_entailment_decides_wherever_it_stands(folder: Path, label: int, verdict: str) -> None:
    verifier = NLIVerifier(_leaning_to(CrossEncoder(str(folder)), label))

    assert verifier.verify("The bridge was red.", ["The bridge opened in 1934."]).verdict == verdict


def test_the_score_is_the_probability_of_entailment(folder: Path) -> None:
    pair = ("The bridge opened in 1934.", "The bridge was red.")
    logits = CrossEncoder(str(folder)).predict([pair], activation_fn=torch.nn.Identity())[0]

    score = NLIVerifier.load(str(folder)).verify(pair[1], [pair[0]]).score

    assert score == pytest.approx(np.exp(logits[1]) / np.exp(logits).sum(), abs=1e-5)


def test_of_long_evidence_the_best_stretch_counts(folder: Path) -> None:
    verifier = NLIVerifier.load(str(folder))
    sentences = ["The bridge opened in 1934." if i % 2 else "The tunnel was painted red." for i in range(150)]
    long = " ".join(sentences)
    stretches = [" ".join(sentences[i : i + 40]) for i in range(0, 150, 40)]  # 40 sentences have 200 words

    assert WORDS_AT_ONCE == 200
    assert verifier.verify("The bridge was red.", [long]).score == pytest.approx(
        max(verifier.verify("The bridge was red.", [stretch]).score for stretch in stretches), abs=1e-5
    )


def test_verbatim_and_nothing_take_no_model(folder: Path) -> None:
    verifier = NLIVerifier(_leaning_to(CrossEncoder(str(folder)), 0))

    assert verifier.verify("the bridge opened in 1934", ["The bridge opened in 1934."]).score == 1.0
    assert verifier.verify("the bridge opened in 1934", []).verdict == "unsupported"


def test_a_model_with_one_output_scores_support_itself(tmp_path: Path) -> None:
    model = CrossEncoder(str(_saved(tmp_path, {0: "LABEL_0"})))

    assert NLIVerifier(_leaning_to(model, 0)).verify("The bridge was red.", ["The tunnel closed."]).score > 0.99


def test_a_model_without_the_label_is_refused(tmp_path: Path) -> None:
    _saved(tmp_path, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})

    with pytest.raises(ModelUnavailable, match="one of them must be entailment"):
        NLIVerifier.load(str(tmp_path))


def test_what_is_no_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Cannot load the NLI model") as failed:
        NLIVerifier.load(str(tmp_path))

    assert "\n" not in str(failed.value)
