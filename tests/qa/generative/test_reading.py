"""What models write is read in pieces of any size, in either form, and never trusted or mended."""

from __future__ import annotations

import json
import time

import pytest

from qa.generative.reading import LONGEST, MOST, Reader

Read = list[tuple[str, tuple[int, ...]]]
ONE, TWO = ("It opened in 1934.", (2,)), ("It is 300 m long.", (3, 4))
LISTED = json.dumps({"statements": [{"text": ONE[0], "evidence": [2]}, {"text": TWO[0], "evidence": [3, 4]}]})


def read(reply: str, size: int = 1_000_000) -> tuple[Read, Reader]:
    reader = Reader()
    found: Read = []
    for start in range(0, len(reply), size):
        found += [(p.text, p.numbers) for p in reader.read(reply[start : start + size])]
    return found + [(p.text, p.numbers) for p in reader.end()], reader


REPLIES = {
    "marks before stops": "It opened in 1934 [2]. It is 300 m long [3][4].",
    "marks behind stops": "It opened in 1934. [2] It is 300 m long. [3, 4]",
    "lines": "It opened in 1934. [2]\n\nIt is 300 m long. [3-4]",
    "bullets": "- It opened in 1934. [2]\n* It is 300 m long. [[3]][[4]]\n",
    "numbered": "1. It opened in 1934. 【2】\n2) It is 300 m long. ［３］［４］",
    "emphasis": "It opened in **1934**. [2] **It is 300 m long.** [3][4]",
    "heading and lead-in": "# Answer\nI found:\nIt opened in 1934. [2]\nIt is 300 m long. [3][4]\nAnything else?",
    "listed": LISTED,
    "listed alone": LISTED.removeprefix('{"statements": ').removesuffix("}"),
    "fenced": f"```json\n{LISTED}\n```",
    "thought aloud": f'<think>[9] {{ "statements": [ hm. Not 1935.</think>\n{LISTED}',
    "numbers as text": LISTED.replace("[2]", '["2"]').replace("[3, 4]", '["[3]", 4]'),
}


@pytest.mark.parametrize("size", [1, 2, 7, 1_000_000])
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_statements_and_their_numbers_are_read_in_pieces_of_any_size(reply: str, size: int) -> None:
    found, reader = read(reply, size)
    assert found == [ONE, TWO]
    assert not reader.says_no
    assert not reader.is_broken


@pytest.mark.parametrize("reply", ["It opened in 1934. [2] It", LISTED[: LISTED.index(", {") + 2]])
def test_a_statement_is_there_as_soon_as_it_is_whole(reply: str) -> None:
    assert [(p.text, p.numbers) for p in Reader().read(reply)] == [ONE]


def test_a_sentence_may_still_get_its_mark() -> None:
    reader = Reader()
    assert list(reader.read("It opened in 1934. ")) == []
    assert list(reader.read("[")) == []
    assert list(reader.read("2")) == []
    assert list(reader.read("] ")) == []
    assert [p.numbers for p in reader.read("Then")] == [(2,)]


@pytest.mark.parametrize(
    "reply",
    [
        "NOT IN THE DOCUMENTS",
        "not in the documents.",
        "**NOT IN THE DOCUMENTS**",
        '{"statements": []}',
        '{"statements": [{"text": "NOT IN THE DOCUMENTS", "evidence": []}]}',
    ],
)
def test_a_no_is_understood(reply: str) -> None:
    found, reader = read(reply, 3)
    assert found == []
    assert reader.says_no


def test_a_no_beside_a_statement_is_none() -> None:
    found, reader = read("It opened in 1934. [2] NOT IN THE DOCUMENTS.")
    assert found == [ONE]
    assert not reader.says_no


def test_marks_within_a_listed_statement_count_with_its_numbers_for_each_sentence_of_it() -> None:
    reply = json.dumps({"statements": [{"text": "It opened [2]. It closed.", "evidence": [5]}]})
    assert read(reply)[0] == [("It opened.", (5, 2)), ("It closed.", (5, 2))]


@pytest.mark.parametrize("end", range(LISTED.index(", {") + 1, len(LISTED) - 2))
def test_of_half_a_list_the_whole_statements_are_read(end: int) -> None:
    found, reader = read(LISTED[:end], 5)
    assert found in ([ONE], [ONE, TWO])
    assert reader.is_broken


@pytest.mark.parametrize(
    "reply",
    ["", "   \n", '{"statements": 3}', '{"answer": "yes"}', "{", "<think>for ever", '{"statements": [{"t": 1}]}'],
)
def test_what_is_no_reply_says_nothing(reply: str) -> None:
    found, reader = read(reply)
    assert found == []
    assert not reader.says_no


def test_no_more_is_read_than_there_is_room_for() -> None:
    found, reader = read("It is so. " * 10_000)
    assert len(found) == MOST
    assert reader.is_full
    assert sum(len(text) for text, _ in read("x" * 100_000)[0]) == LONGEST


@pytest.mark.parametrize("size", [5, 30_000])
def test_what_is_thought_aloud_takes_no_room_from_the_reply(size: int) -> None:
    found, reader = read(f"<think>{'It is so. ' * 3_000}</think>It opened in 1934. [1]", size)
    assert found == [("It opened in 1934.", (1,))]
    assert not reader.is_full


def test_a_thought_without_end_is_not_read_for_ever() -> None:
    assert read(f"<think>{'hm ' * 300_000}", 1_000)[1].is_full


@pytest.mark.parametrize(
    "reply",
    [
        "a. " * 40_000,
        ". " * 50_000,
        "." * 100_000,
        "[1" * 50_000,
        "{" * 100_000,
        '{"statements": [' + '{"text": "' * 10_000,
    ],
)
def test_hostile_replies_take_no_time_to_speak_of(reply: str) -> None:
    began = time.process_time()
    read(reply, 4)
    assert time.process_time() - began < 10
