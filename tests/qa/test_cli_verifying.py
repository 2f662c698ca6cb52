"""`footnote verify`, through its entry point."""

import json
from pathlib import Path

import pytest

from tests.qa.conftest import Run

EVIDENCE = "The Amber Bridge was opened in 1934 by Edith Marlow. It was painted red."
CLAIMS = [
    {"id": "verbatim", "claim": "it was painted red.", "evidence": [EVIDENCE], "label": "supported"},
    {"id": "said otherwise", "claim": "Edith Marlow opened the Amber Bridge in 1934.", "evidence": [EVIDENCE],
     "label": "supported"},
    {"id": "another year", "claim": "Edith Marlow opened the Amber Bridge in 1938.", "evidence": [EVIDENCE],
     "label": "unsupported"},
    {"id": "nothing cited", "claim": "Wheat was carried by ferry.", "evidence": [], "label": "unsupported"},
]  # fmt: skip


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_text("".join(f"{json.dumps(claim)}\n" for claim in CLAIMS))
    return path


def test_writes_a_verdict_for_each_claim_in_order(run: Run, claims: Path, tmp_path: Path) -> None:
    ended = run("verify", claims, "--out", tmp_path / "verdicts.jsonl")
    verdicts = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text().splitlines()]

    assert (ended.code, ended.err) == (0, "")
    assert [v["id"] for v in verdicts] == [claim["id"] for claim in CLAIMS]
    assert [v["verdict"] == "supported" for v in verdicts] == [True, True, False, False]
    assert (verdicts[0]["score"], verdicts[3]["score"]) == (1.0, 0.0)
    assert all(v.keys() == {"id", "verdict", "score"} for v in verdicts)


def test_a_number_may_be_an_id(run: Run, claims: Path, tmp_path: Path) -> None:
    claims.write_text("".join(f"{json.dumps({**claim, 'id': n})}\n" for n, claim in enumerate(CLAIMS)))

    ended = run("verify", claims, "--out", tmp_path / "verdicts.jsonl")

    assert ended.code == 0, ended.err
    verdicts = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text().splitlines()]
    assert [verdict["id"] for verdict in verdicts] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("id", [True, 1.5, None, []])
def test_an_id_that_is_no_name_is_told(run: Run, claims: Path, id: object) -> None:
    claims.write_text(json.dumps({**CLAIMS[0], "id": id}))

    assert run("verify", claims).says("line 1, field id: it is not text")


def test_prints_how_well_labels_agree(run: Run, claims: Path) -> None:
    ended = run("verify", claims)

    assert "4, 2 of them supported" in ended.out
    assert "balanced accuracy  100.0 %" in " ".join(ended.out.split("\n")).replace("   ", "  ")
    assert "1.000" in ended.out


def test_without_labels_prints_only_the_verdicts(run: Run, claims: Path) -> None:
    claims.write_text("".join(json.dumps({**claim, "label": None}) + "\n" for claim in CLAIMS))

    ended = run("verify", claims)

    assert ended.code == 0
    assert "2 of 4" in ended.out
    assert "accuracy" not in ended.out


def test_an_undefined_figure_is_said_to_be_so(run: Run, claims: Path) -> None:
    claims.write_text(json.dumps(CLAIMS[0]))

    assert "undefined" in run("verify", claims).out


def test_a_bad_line_is_named_before_anything_is_written(run: Run, claims: Path, tmp_path: Path) -> None:
    claims.write_text(claims.read_text() + '{"id": "x", "claim": "y", "evidence": "z"}\n')

    ended = run("verify", claims, "--out", tmp_path / "verdicts.jsonl")

    assert ended.code == 2
    assert ended.says("line 5, field evidence: it is not a list of texts")
    assert not (tmp_path / "verdicts.jsonl").exists()


@pytest.mark.parametrize("out", [".", "none/verdicts.jsonl", "claims.jsonl"])
def test_a_place_that_cannot_be_written_is_told_first(
    run: Run, claims: Path, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(claims.parent)
    before = claims.read_bytes()

    ended = run("verify", claims, "--out", out)

    assert ended.code == 2
    assert ended.says(f"--out {out}")
    assert claims.read_bytes() == before


def test_a_missing_file_and_a_missing_model_are_told_in_one_line(run: Run, claims: Path, tmp_path: Path) -> None:
    missing = run("verify", tmp_path / "none.jsonl")
    (tmp_path / "model").mkdir()
    no_model = run("verify", claims, "--nli", tmp_path / "model")

    assert (missing.code, no_model.code) == (2, 3)
    assert missing.says("none.jsonl cannot be read")
    assert no_model.says("Cannot load the NLI model")
