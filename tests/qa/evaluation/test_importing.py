"""Asked and rated over HTTP, imported with and without the server, reviewed, evaluated: the whole way of a rating."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.cli import main
from qa.cli.connection import ServerRefused
from qa.cli.server import Server as Through
from qa.service import DataFolder, encoder_for
from qa.settings import Settings
from tests.qa.conftest import BRIDGE, TOWER, Run
from tests.server import Server

FOLLOW_UP = [{"role": "user", "content": "Who built the Round Tower?"}, {"role": "assistant", "content": "Ivar Holm."}]
ASKER, EDITOR = "staple-correct-horse", "correct-horse-battery"
STAYS = ["bridge.txt", "tower.md"]
# Question, with more or not; whether it helped; what was said about it.
RATED: dict[str, tuple[dict[str, Any], bool, str]] = {
    "bridge": ({"question": "Who designed the Amber Bridge?", "documents": STAYS}, True, "Right\n  – “exactly” 🌉"),
    "follow-up": ({"question": "And when was it built?", "history": FOLLOW_UP, "documents": STAYS}, True, ""),
    "refused": ({"question": "How many moons does Jupiter have?", "documents": STAYS}, True, ""),
    "unhelpful": ({"question": "How long is the Amber Bridge?", "documents": STAYS}, False, "In feet, please."),
    "changed": ({"question": "When did the Velvet Theatre open?"}, True, "Vault?"),
    "gone": ({"question": "Who sealed the Quicksilver Vault?"}, True, "Ottoline!"),
    "gone refusal": ({"question": "What did the Quicksilver Vault cost?", "documents": ["vault.txt"]}, False, ""),
    "gone follow-up": ({"question": "And when was it built?", "history": FOLLOW_UP}, True, ""),
    "smalltalk": ({"question": "Hello!"}, True, ""),
}


@dataclass(frozen=True)
class Imported:
    """A data folder without its server, and what was imported with that and then without it."""

    data: Path
    traces: dict[str, str]  # by the names above
    through_server: bytes
    without: bytes

    def case(self, name: str) -> dict[str, Any]:
        """The line that a rated answer became."""
        [case] = [one for one in map(json.loads, self.without.splitlines()) if one["trace_id"] == self.traces[name]]
        return dict(case)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    root = tmp_path_factory.mktemp("feedback")
    data, papers = root / "data", root / "papers"
    papers.mkdir()
    (papers / "bridge.txt").write_bytes(BRIDGE.encode())
    (papers / "tower.md").write_text(TOWER)
    (papers / "theatre.txt").write_text("The Velvet Theatre opened in 1911.")
    (papers / "vault.txt").write_text("The Quicksilver Vault was sealed by Ottoline Frost.")
    assert main(["add", str(papers), "--data", str(data)]) == 0
    server = Server(data, settings={"FOOTNOTE_API_KEYS": f"bob:ask:{ASKER},ann:edit:{EDITOR}"})
    server.start()
    try:
        traces = {name: _rated(server.address, papers, *rated) for name, rated in RATED.items()}
        _rated(server.address, papers, {"question": "Who built the Round Tower?"}, None, "")
        with Through.at(server.address, EDITOR) as folder:
            folder.remove(folder.find(str(papers / "vault.txt")).id)
            (papers / "theatre.txt").write_text("Built anew, the Velvet Theatre opened in 1911.")
            folder.add(papers / "theatre.txt", lambda done, of: None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FOOTNOTE_API_KEY", EDITOR)
            assert main(["evaluate", "--import-feedback", str(root / "served.jsonl"), "--data", str(data)]) == 0
        with (
            Through.at(server.address, ASKER) as asker,
            pytest.raises(ServerRefused, match="use one with the role edit"),
        ):
            asker.candidates()
    finally:
        server.stop()
    assert main(["evaluate", "--import-feedback", str(root / "own.jsonl"), "--data", str(data)]) == 0
    yield Imported(data, traces, (root / "served.jsonl").read_bytes(), (root / "own.jsonl").read_bytes())


def _rated(address: str, papers: Path, asked: dict[str, Any], helpful: bool | None, comment: str) -> str:
    if "documents" in asked:
        asked = {**asked, "documents": [str(papers / name) for name in asked["documents"]]}
    with httpx.Client(base_url=f"{address}/api/v1", headers={"authorization": f"Bearer {ASKER}"}, timeout=60) as client:
        trace_id = str(client.post("/ask", json=asked).raise_for_status().json()["trace_id"])
        if helpful is not None:
            rating = {"trace_id": trace_id, "helpful": helpful, "comment": comment}
            client.post("/feedback", json=rating).raise_for_status()
    return trace_id


def test_a_server_makes_the_same_cases_as_the_folder_itself(imported: Imported) -> None:
    assert imported.through_server == imported.without
    traces = [json.loads(line)["trace_id"] for line in imported.without.splitlines()]
    assert traces == [imported.traces[name] for name in ("bridge", "follow-up", "refused", "unhelpful", "changed")]


def test_a_helpful_answer_proposes_what_it_cited_as_evidence(imported: Imported) -> None:
    case = imported.case("bridge")

    words = BRIDGE.rstrip()  # the sentence, and the one before it that says what "it" is
    assert case["evidence"] == [{"document_id": "bridge", "start": 0, "end": len(words), "text": words}]
    assert (case["answerable"], case["reviewed"], case["helpful"]) == (True, False, True)
    assert case["comment"] == RATED["bridge"][2]
    assert case["answered"]["text"] == f"{words} [1]"
    assert [(c["number"], c["text"]) for c in case["answered"]["citations"]] == [(1, words)]


def test_a_follow_up_is_asked_as_it_was_understood(imported: Imported) -> None:
    case = imported.case("follow-up")

    assert case["asked"] == "And when was it built?"
    assert "Round Tower" in case["question"]
    assert [one["document_id"] for one in case["evidence"]] == ["tower"]


def test_a_helpful_refusal_proposes_that_nothing_answers(imported: Imported) -> None:
    case = imported.case("refused")

    assert (case["answerable"], case["evidence"], case["answered"]["refusal"]) == (False, [], "not_in_documents")


def test_an_unhelpful_answer_proposes_nothing_but_says_what_was_cited(imported: Imported) -> None:
    case = imported.case("unhelpful")

    assert (case["answerable"], case["evidence"], case["comment"]) == (None, [], "In feet, please.")
    assert case["answered"]["citations"]


def test_what_no_longer_stands_where_it_was_cited_is_no_evidence(imported: Imported) -> None:
    case = imported.case("changed")

    assert (case["evidence"], case["answerable"], case["comment"]) == ([], True, "")
    assert case["answered"]["citations"][0]["text"] == "The Velvet Theatre opened in 1911."


def test_nothing_of_a_document_that_is_gone_is_imported(imported: Imported) -> None:
    for name in ("gone", "gone refusal", "gone follow-up"):
        assert imported.traces[name].encode() not in imported.without
    assert b"Ottoline" not in imported.without and b"Quicksilver" not in imported.without


class TestReviewing:
    """A file of candidates, one of which a person has reviewed."""

    @pytest.fixture
    def cases(self, imported: Imported, tmp_path: Path) -> Path:
        file = tmp_path / "cases.jsonl"
        file.write_bytes(imported.without)
        return file

    @pytest.fixture
    def reviewed(self, cases: Path) -> Path:
        lines = cases.read_text("utf-8").splitlines()
        first = json.loads(lines[0])
        first |= {"reviewed": True, "answers": ["Edith Marlow"], "note": "seen"}
        # In another hand: spaces, ASCII, a line end of Windows, none at the end of the file.
        lines[0] = json.dumps(first, indent=None, separators=(" , ", " : ")) + "\r"
        cases.write_bytes("\n".join(lines).encode())
        return cases

    def test_none_is_asked_before_somebody_has_reviewed_it(self, run: Run, imported: Imported, cases: Path) -> None:
        ended = run("evaluate", cases, "--data", imported.data)

        assert ended.code == 2
        assert ended.says("cases.jsonl, line 1, field reviewed", '"answerable"', '"reviewed" to true')

    def test_those_that_are_reviewed_are_asked_and_the_others_told_of(
        self, run: Run, imported: Imported, reviewed: Path
    ) -> None:
        ended = run("evaluate", reviewed, "--json", "--data", imported.data)

        report = json.loads(ended.out)
        assert ended.code == 0
        assert ended.says("cases.jsonl, line 2 and 3 more: left out, not reviewed yet")
        assert report["questions"] == 1
        assert report["measures"]["evidence_hit"]["value"] == 1

    def test_they_are_asked_of_a_folder_under_the_same_names(
        self, run: Run, imported: Imported, reviewed: Path
    ) -> None:
        ended = run("evaluate", reviewed, "--documents", imported.data.parent / "papers", "--json")

        assert ended.code == 0, ended.err
        assert json.loads(ended.out)["measures"]["evidence_hit"]["value"] == 1

    def test_one_that_is_reviewed_but_not_decided_is_named(self, run: Run, imported: Imported, cases: Path) -> None:
        lines = [json.loads(line) for line in cases.read_text("utf-8").splitlines()]
        lines[3]["reviewed"] = True
        cases.write_text("\n".join(map(json.dumps, lines)))

        ended = run("evaluate", cases, "--data", imported.data)

        assert ended.code == 2
        assert ended.says("cases.jsonl, line 4, field answerable")

    def test_importing_again_leaves_every_byte(self, run: Run, imported: Imported, reviewed: Path) -> None:
        before = reviewed.read_bytes()

        ended = run("evaluate", "--import-feedback", reviewed, "--data", imported.data)

        assert (ended.code, reviewed.read_bytes()) == (0, before)
        assert ended.out.startswith(f"Added 0 candidates to {reviewed}; 5 stood there already, 4 left out")

    def test_only_new_ones_are_appended(self, run: Run, imported: Imported, reviewed: Path) -> None:
        kept = b"\n".join(reviewed.read_bytes().split(b"\n")[:2])  # without a line feed at its end
        reviewed.write_bytes(kept)

        ended = run("evaluate", "--import-feedback", reviewed, "--data", imported.data)

        assert ended.out.startswith("Added 3 candidates")
        assert "None is asked before somebody has reviewed it" in ended.out
        assert reviewed.read_bytes() == kept + b"\n" + b"".join(imported.without.splitlines(keepends=True)[2:])
        assert [path.name for path in reviewed.parent.iterdir() if path.name.startswith("cases")] == ["cases.jsonl"]

    def test_a_link_is_written_through(self, run: Run, imported: Imported, tmp_path: Path) -> None:
        (tmp_path / "link.jsonl").symlink_to(tmp_path / "target.jsonl")

        run("evaluate", "--import-feedback", tmp_path / "link.jsonl", "--data", imported.data)

        assert (tmp_path / "link.jsonl").is_symlink()
        assert (tmp_path / "target.jsonl").read_bytes() == imported.without


class TestRefuses:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("set.jsonl", b'{"id": "a"}\nnot JSON\n', "set.jsonl, line 2"),
            ("set.json", b"", "name a file that ends in .jsonl"),
            ("none/set.jsonl", None, "cannot be written"),
            (".", None, "ends in .jsonl"),
        ],
        ids=["no question set", "another format", "no folder", "a folder"],
    )
    def test_a_file_that_takes_no_cases_and_leaves_it(
        self, run: Run, imported: Imported, tmp_path: Path, name: str, content: bytes | None, words: str
    ) -> None:
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)

        ended = run("evaluate", "--import-feedback", file, "--data", imported.data)

        assert ended.code in (2, 3)
        assert ended.says(words)
        assert content is None or file.read_bytes() == content

    @pytest.mark.parametrize("option", [["--json"], ["set.jsonl"], ["--half", "reported"], ["--out", "x"]])
    def test_options_that_have_no_use(self, run: Run, option: list[str], tmp_path: Path) -> None:
        ended = run("evaluate", "--import-feedback", tmp_path / "set.jsonl", *option)

        assert ended.code == 2
        assert ended.says("has no use beside --import-feedback")


def test_many_are_read_in_parts_and_none_twice(imported: Imported) -> None:
    settings = Settings(data=imported.data)
    folder = DataFolder.open(settings, encoder_for(settings))
    try:
        everything = folder.answers.rated(limit=-1)
        parts, after = [], ""
        while part := folder.answers.rated(after, 2):
            parts += part
            after = part[-1].trace_id
    finally:
        folder.close()

    assert len(everything) == len(RATED)
    assert parts == everything
