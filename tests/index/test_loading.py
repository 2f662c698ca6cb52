"""Files become documents with exactly their text, or are refused in one line that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Heading
from index.errors import (
    BinaryFile,
    DamagedText,
    EmptyFile,
    LoadingError,
    MissingFile,
    NotAFile,
    UnsupportedType,
)
from index.loading import LARGEST, discover, load, load_upload
from tests.rights import without_rights

BRIDGE = "The bridge opened in 1934.\r\n\r\nIt is 40 m long — “a wonder”.\r\n"


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    def test_is_the_decoded_file_without_its_byte_order_mark(self, tmp_path: Path, encoding: str) -> None:
        path = write(tmp_path, "bridge.txt", BRIDGE.encode(encoding))

        assert load(path).text == BRIDGE

    @pytest.mark.parametrize(
        ("mark", "encoding"),
        [
            (b"\xff\xfe", "utf-16-le"),
            (b"\xfe\xff", "utf-16-be"),
            (b"\xff\xfe\0\0", "utf-32-le"),
            (b"\0\0\xfe\xff", "utf-32-be"),
        ],
    )
    def test_in_either_byte_order(self, mark: bytes, encoding: str) -> None:
        assert load_upload("bridge.txt", mark + BRIDGE.encode(encoding)).text == BRIDGE

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1252", "The café’s “crème brûlée” costs 4 €, the naïve visitor was told. " * 3),
            ("cp1250", "Most został otwarty w 1934 roku. Żółta łódź płynęła przez rzekę, a dzieci śpiewały. " * 3),
            ("cp1251", "Мост был открыт в 1934 году. Его длина составляет сорок метров. " * 3),
            ("shift_jis", "その橋は1934年に開通しました。長さは40メートルです。" * 3),
            ("gb18030", "这座桥于1934年通车，全长四十米，是当地的骄傲。" * 3),
        ],
    )
    def test_in_an_older_encoding_is_recognised(self, encoding: str, text: str) -> None:
        assert load_upload("old.txt", text.encode(encoding)).text == text

    @pytest.mark.parametrize("text", ["café", "It’s old.", "A ponte foi inaugurada em 1934, não é?"])
    def test_of_a_few_western_bytes_is_read_as_western(self, text: str) -> None:
        assert load_upload("old.txt", text.encode("cp1252")).text == text

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(str.strip))
    def test_of_any_utf_8_file_is_unchanged(self, text: str) -> None:
        assert load_upload("any.txt", text.encode()).text == text.removeprefix("\ufeff")

    @given(st.text("ab \t\r\n\u2028\u00a0é👩‍🚀שלום").filter(str.strip))
    def test_keeps_every_kind_of_white_space(self, text: str) -> None:
        assert load_upload("any.md", text.encode()).text == text

    @given(st.binary(max_size=300))
    def test_of_any_bytes_is_text_or_refused(self, data: bytes) -> None:
        try:
            document = load_upload("any.txt", data)
        except LoadingError:
            return
        assert document.text.encode()  # no lone surrogate
        assert "\0" not in document.text


class TestSource:
    def test_is_the_path_as_given_made_absolute(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "real/bridge.txt", BRIDGE)
        (tmp_path / "link").symlink_to(tmp_path / "real")
        monkeypatch.chdir(tmp_path)

        document = load(Path("link/../link/./bridge.txt"))

        assert document.source == str(tmp_path / "link" / "bridge.txt")

    @pytest.mark.parametrize("name", ["bridge.txt", "../../etc/bridge.txt", "C:\\papers\\bridge.txt"])
    def test_of_an_upload_is_its_bare_name(self, name: str) -> None:
        document = load_upload(name, BRIDGE.encode())

        assert (document.source, document.title) == ("upload:bridge.txt", "bridge")

    @pytest.mark.parametrize(
        ("source", "title"),
        [("/papers/old bridge.txt", "old bridge"), ("C:\\papers\\bridge.txt", "bridge"), ("/a\\b.txt", "a\\b")],
    )
    def test_of_an_upload_can_be_where_it_was_read(self, source: str, title: str) -> None:
        document = load_upload("any.txt", BRIDGE.encode(), source=source)

        assert (document.source, document.title) == (source, title)

    def test_makes_an_upload_the_same_document_as_its_file(self, tmp_path: Path) -> None:
        write(tmp_path, "bridge.md", f"# Bridges\n\n{BRIDGE}")
        file = tmp_path / "bridge.md"

        assert load_upload("bridge.md", file.read_bytes(), source=str(file)) == load(file)


class TestTitle:
    @pytest.mark.parametrize(
        ("name", "text", "title"),
        [
            ("notes.txt", "# Bridges\n\nText.", "notes"),
            ("notes.md", "Intro.\n\n## Early\n\n# Bridges #\n\nText.", "Bridges"),
            ("notes.markdown", "Bridges of the north\n====\n\nText.", "Bridges of the north"),
            ("notes.md", "## Only a second level\n\nText.", "notes"),
            ("NOTES.MD", "Text.", "NOTES"),
        ],
    )
    def test_is_the_first_heading_of_markdown_else_the_file_name(self, name: str, text: str, title: str) -> None:
        assert load_upload(name, text.encode()).title == title


class TestHeadings:
    @pytest.mark.parametrize(
        ("text", "headings"),
        [
            pytest.param("# One\r\ntext\r\n## Two ##\r\n", ["One", "Two"], id="ATX with CRLF"),
            pytest.param("One\n===\n\ntext\n\nTwo\n---\n", ["One", "Two"], id="underlined"),
            pytest.param("#hashtag\n####### seven\n    # code\n#\n", [], id="not quite headings"),
            pytest.param("```\n# code\n```\n# One\n", ["One"], id="fenced code"),
            pytest.param("~~~ python\n# code\n```\n# code\n~~~~\n# One\n", ["One"], id="a fence of another kind"),
            pytest.param("```\n# never closed\n", [], id="an open fence"),
            pytest.param("---\ntitle: x\n---\n# One\n", ["One"], id="front matter"),
            pytest.param("text\n\n---\n\ntext\n", [], id="a thematic break"),
            pytest.param("- item\n---\n\n| a |\n|---|\n\n> quote\n---\n", [], id="lists, tables and quotes"),
            pytest.param("# C# and F#\n", ["C# and F#"], id="a sharp that belongs to a word"),
        ],
    )
    def test_are_found_outside_code(self, text: str, headings: list[str]) -> None:
        document = load_upload("notes.md", (text + "\nSome words.").encode())

        assert [heading.text for heading in document.headings] == headings

    def test_start_where_their_line_does(self) -> None:
        text = "Intro 👩‍🚀.\r\n\r\nOne\r\n===\r\n\r\n  ## Two\r\n"

        document = load_upload("notes.md", text.encode())

        assert document.headings == (Heading(text.index("One"), "One"), Heading(text.index("  ##"), "Two"))
        assert document.heading_at(len(text)) == "Two"

    def test_are_found_in_linear_time(self) -> None:
        awkward = "# a" + " " * 200_000 + "b\n" + "#" * 200_000 + "\n---\n" + "=" * 200_000 + "x"

        assert load_upload("notes.md", awkward.encode()).headings[0].text.startswith("a ")

    def test_are_none_in_plain_text(self) -> None:
        assert load_upload("notes.txt", b"# One\n").headings == ()


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "error"),
        [
            pytest.param(b"", EmptyFile, id="empty"),
            pytest.param(b" \r\n\t \xc2\xa0\n", EmptyFile, id="white space"),
            pytest.param(b"\xef\xbb\xbf", EmptyFile, id="only a byte order mark"),
            pytest.param(b"text\0text", BinaryFile, id="NUL bytes"),
            pytest.param("text".encode("utf-16-le"), BinaryFile, id="UTF-16 without a mark"),
            pytest.param(b"\xff\xfe\0\xd8a", BinaryFile, id="half a surrogate pair"),
            pytest.param(b"\xff\xfea\0b", BinaryFile, id="half a character"),
            pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(1, 255)) * 4, BinaryFile, id="a picture"),
            pytest.param(b"word\x01\x02\x03\x04" * 9, BinaryFile, id="control characters"),
            pytest.param("Die Brücke über die Öre".encode() + b" caf\xe9", DamagedText, id="UTF-8 but for a byte"),
            pytest.param("Die Brücke über die Öre".encode()[:-4] + b"\xc3", DamagedText, id="UTF-8 that was cut"),
        ],
    )
    def test_content_that_is_no_text(self, tmp_path: Path, data: bytes, error: type[LoadingError]) -> None:
        path = write(tmp_path, "file.txt", data)

        with pytest.raises(error) as raised:
            load(path)

        assert str(path) in str(raised.value)
        assert "\n" not in str(raised.value)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(MissingFile):
            load(tmp_path / "none.txt")

    def test_another_type_names_those_there_are(self, tmp_path: Path) -> None:
        with pytest.raises(UnsupportedType, match=r"\.txt.*\.md"):
            load(write(tmp_path, "paper.docx", b"PK"))

    def test_a_folder_and_a_pipe(self, tmp_path: Path) -> None:
        write(tmp_path, "folder/a.txt", "words")
        os.mkfifo(tmp_path / "pipe.txt")

        for name in ("folder", "pipe.txt"):
            with pytest.raises(NotAFile):
                load(tmp_path / name)

    def test_a_file_that_nobody_can_mean(self, tmp_path: Path) -> None:
        path = tmp_path / "huge.txt"
        with path.open("wb") as file:
            file.truncate(LARGEST + 1)

        with pytest.raises(LoadingError, match="50 MB"):
            load(path)

    def test_a_name_that_is_not_unicode(self, tmp_path: Path) -> None:
        path = write(tmp_path, os.fsdecode(b"caf\xe9.txt"), "words")

        with pytest.raises(LoadingError, match="rename"):
            load(path)

    def test_what_the_reader_has_no_rights_to(self, tmp_path: Path) -> None:
        file, folder = write(tmp_path, "secret.txt", "words"), tmp_path / "locked"
        write(tmp_path, "locked/inner/secret.txt", "words")
        for path in (file, folder / "inner", folder):
            path.chmod(0)

        assert error_without_rights(file) == "UnreadableFile"
        assert error_without_rights(folder) == "UnreadableFile"
        assert error_without_rights(folder / "inner" / "secret.txt") == "UnreadableFile"


class TestDiscover:
    def test_recurses_sorted_and_takes_each_file_once(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a/z.md", "a/y.MARKDOWN", "c.pdf", ".hidden/x.txt", ".dot.txt", "a/b/c.txt"):
            write(tmp_path, name, "words")

        found = list(discover([tmp_path, tmp_path / "b.txt", tmp_path / "c.pdf"]))

        names = ("b.txt", "a/y.MARKDOWN", "a/z.md", "a/b/c.txt", "c.pdf")
        assert found == [tmp_path / name for name in names]

    def test_hands_on_what_load_will_refuse(self, tmp_path: Path) -> None:
        write(tmp_path, "pictures/a.png", b"")

        found = list(discover([tmp_path / "none.txt", tmp_path / "pictures"]))

        assert found == [tmp_path / "none.txt", tmp_path / "pictures"]
        with pytest.raises(LoadingError, match=r"without any file of the types \.txt"):
            load(found[1])

    def test_does_not_run_in_circles(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt", "words")
        (tmp_path / "again").symlink_to(tmp_path)

        assert list(discover([tmp_path])) == [tmp_path / "a.txt"]


def error_without_rights(path: Path) -> str:
    """The name of the error that someone without rights gets for what is discovered at a path."""
    code = (
        "import sys; from pathlib import Path; from index.loading import discover, load\n"
        "try: load(next(discover([Path(sys.argv[1])])))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    command = without_rights([sys.executable, "-c", code, str(path)])
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
