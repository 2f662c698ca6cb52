"""Verdicts of the first verifier on claims whose truth is known."""

import pytest

from qa.answer import Verdict
from qa.verifying import LexicalVerifier

EVIDENCE = "In 1934 the Golden Gate bridge was opened by Mayor Rossi after 4 years of work, and 11,000 people came."


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        pytest.param("the Golden Gate bridge was opened by Mayor Rossi", "supported", id="verbatim"),
        pytest.param("Mayor Rossi opened the Golden Gate bridge in 1934.", "supported", id="reordered"),
        pytest.param("About 11000 people came.", "supported", id="separator"),
        pytest.param("There were four years of work.", "supported", id="spelled-out number"),
        pytest.param("Mayor Rossi opened the Golden Gate bridge in 1932.", "partial", id="changed number"),
        pytest.param("Mayor Smith opened the Golden Gate bridge in 1934.", "partial", id="changed name"),
        pytest.param("Mayor Rossi never opened the Golden Gate bridge in 1934.", "partial", id="negated"),
        pytest.param("Ferries carried wheat to Oakland every week.", "unsupported", id="something else"),
    ],
)
def test_verdicts(claim: str, verdict: Verdict) -> None:
    assert LexicalVerifier().verify(claim, [EVIDENCE]).verdict == verdict


def test_verbatim_scores_one_and_nothing_cited_scores_zero() -> None:
    assert LexicalVerifier().verify("Mayor Rossi", [EVIDENCE]).score == 1.0
    assert LexicalVerifier().verify("Mayor Rossi", []).score == 0.0


def test_a_claim_may_rest_on_two_quotes() -> None:
    judgement = LexicalVerifier().verify(
        "The bridge opened in 1934 and closed in 1990.", [EVIDENCE, "The bridge closed in 1990."]
    )
    assert judgement.verdict == "supported"
