"""Claims are read with every fault named; agreement is what its formulas say."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from qa.errors import WrongUse
from qa.evaluation.claims import agreement, auroc, balanced_accuracy, half, macro_f1, read_claims
from qa.verifying import Judgement

GOOD = {"id": "a", "claim": "It opened.", "evidence": ["It opened in 1934."], "label": "supported", "group": "g"}


def test_a_claim_is_read_with_what_else_stands_in_its_line_ignored(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\ufeff" + json.dumps({**GOOD, "question": "When?"}) + "\n\n", encoding="utf-8")

    [claim] = read_claims(path)

    assert (claim.id, claim.claim, claim.evidence) == ("a", "It opened.", ("It opened in 1934.",))
    assert (claim.label, claim.group, claim.is_supported) == ("supported", "g", True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "line 2: not JSON in UTF-8"),
        ("[]", 'line 2: not a JSON object: write {"id", "claim", "evidence"}'),
        (json.dumps({**GOOD, "id": 7.5}), "line 2, field id: it is not text"),
        (json.dumps({**GOOD, "id": "a"}), "claims.jsonl, line 2, field id: it is used already at"),
        (json.dumps({"id": "b", "evidence": []}), "line 2, field claim: it is missing"),
        (json.dumps({**GOOD, "id": "b", "claim": " "}), "line 2, field claim: it is empty"),
        (json.dumps({"id": "b", "claim": "x"}), "line 2, field evidence: it is missing"),
        (json.dumps({**GOOD, "id": "b", "evidence": "x"}), "line 2, field evidence: it is not a list of texts"),
        (json.dumps({**GOOD, "id": "b", "evidence": ["x", 1]}), "line 2, field evidence[1]: it is not text"),
        (json.dumps({**GOOD, "id": "b", "label": "yes"}), 'line 2, field label: "yes" is not one of supported'),
        ('{"id": "b", "claim": "\\ud800", "evidence": []}', "line 2, field claim: it is not text"),
        ("[" * 100_000, "line 2: not JSON in UTF-8"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_line_is_named_by_number_field_and_reason(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + line, encoding="utf-8")

    with pytest.raises(WrongUse) as failed:
        read_claims(path)

    assert words in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_file_without_claims_and_no_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")

    with pytest.raises(WrongUse, match="holds no claims"):
        read_claims(tmp_path / "empty.jsonl")
    with pytest.raises(WrongUse, match="cannot be read"):
        read_claims(tmp_path / "none.jsonl")


def test_halves_share_no_group_and_leave_no_claim_out(eval_data: Path) -> None:
    claims = read_claims(eval_data / "claims" / "claims_attributionbench.jsonl")
    development, reported = half(claims, "development"), half(claims, "reported")

    assert (len(claims), len(development), len(reported)) == (938, 473, 465)
    assert not {c.group for c in development} & {c.group for c in reported}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=60))
def test_figures_equal_those_of_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    gold, scores = np.array([g for g, _ in pairs]), np.array([s / 5 for _, s in pairs])
    said = scores >= 0.5
    if gold.all() or not gold.any():
        assert (balanced_accuracy(gold, said), macro_f1(gold, said), auroc(gold, scores)) == (None, None, None)
        return

    assert balanced_accuracy(gold, said) == pytest.approx(balanced_accuracy_score(gold, said))
    assert macro_f1(gold, said) == pytest.approx(f1_score(gold, said, average="macro", zero_division=0))
    assert auroc(gold, scores) == pytest.approx(roc_auc_score(gold, scores))


def test_partial_and_generic_count_as_not_supported_and_unlabelled_not_at_all(tmp_path: Path) -> None:
    labels = ["supported", "partial", "generic", None]
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps({**GOOD, "id": str(i), "label": label}) for i, label in enumerate(labels)))
    judgements = [Judgement("supported", 0.9), Judgement("supported", 0.8), Judgement("partial", 0.3)]

    measured = agreement(read_claims(path), [*judgements, Judgement("supported", 1.0)])

    assert (measured.claims, measured.supported) == (3, 1)
    assert measured.balanced_accuracy == 0.75  # 1 of 1 supported, 1 of 2 others
    assert measured.auroc == 1.0
