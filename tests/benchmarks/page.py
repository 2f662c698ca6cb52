"""What the chat page costs a browser: weight, first paint, a usable box, the first footnote, and a long conversation.

    python -m tests.benchmarks.page [--rounds 5]

The real program with the bundled article, and Chromium with an empty cache, on the same machine. Each round opens the
page anew and asks 30 times; medians over the rounds. Main-thread time is Chromium's TaskDuration (scripts, layout,
painting and parsing) from asking until half a second after the answer is whole.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.server import Server

QUESTION = "How many government officials signed the memo?"
TURNS, REPORTED = 30, (1, 10, 30)
MOST_GROWTH = 1.5  # of turn 30 over turn 1

# Resolves when the box has the focus, which is the last that the page's script does.
USABLE = """() => new Promise((resolve) => {
    const look = () => {
        if (document.activeElement?.name === 'question') resolve(performance.now());
        else requestAnimationFrame(look);
    };
    look();
})"""
# Asks; resolves half a second after the answer is whole, with the milliseconds until its first mark was drawn.
ASK = """(question) => new Promise((resolve) => {
    const [form, transcript] = ['.composer', '.transcript'].map((place) => document.querySelector(place));
    const before = transcript.children.length;
    const began = performance.now();
    let cited = null;
    new MutationObserver((_, observer) => {
        const turn = transcript.children[before];
        if (cited === null && turn?.querySelector('.mark')) cited = performance.now() - began;
        if (!turn?.querySelector('.actions:not([hidden])')) return;
        observer.disconnect();
        setTimeout(() => resolve(cited), 500);
    }).observe(transcript, { subtree: true, childList: true, attributes: true });
    form.question.value = question;
    form.requestSubmit();
})"""


@dataclass
class Round:
    """One opening of the page, and the conversation after it. Times in ms."""

    responses: int = 0
    wire_bytes: float = 0
    first_paint: float = 0
    usable: float = 0
    cited: float = 0
    main_thread: list[float] = field(default_factory=list)  # by turn


def main(arguments: list[str]) -> int:
    """Prints the figures; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.page")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    executable = chromium()
    if executable is None:
        print("No Chromium found: install one, or set FOOTNOTE_CHROMIUM.", file=sys.stderr)
        return 3
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            server.start()
            measure(browser, server.address, turns=1)  # the server's own first time
            report([measure(browser, server.address) for _ in range(rounds)])
        finally:
            browser.close()
            if server.process:
                server.stop()
    return 0


def measure(browser: Browser, address: str, turns: int = TURNS) -> Round:
    """Opens the page with an empty cache and asks."""
    measured = Round()
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    page = context.new_page()
    session = context.new_cdp_session(page)
    count_bytes(session, measured)
    page.goto(f"{address}/chat/", wait_until="commit")
    measured.usable = page.evaluate(USABLE)
    page.wait_for_load_state()
    measured.first_paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    session.send("Network.disable")  # so that counting costs the conversation nothing
    session.send("Performance.enable")
    for turn in range(turns):
        cited, busy = ask(page, session)
        measured.cited = measured.cited if turn else cited
        measured.main_thread.append(busy)
    context.close()
    return measured


def count_bytes(session: CDPSession, measured: Round) -> None:
    """Counts every response as it came over the wire, headers included."""

    def count_response(_: dict[str, Any]) -> None:
        measured.responses += 1

    def count_data(finished: dict[str, Any]) -> None:
        measured.wire_bytes += finished["encodedDataLength"]

    session.send("Network.enable")
    session.on("Network.responseReceived", count_response)
    session.on("Network.loadingFinished", count_data)


def ask(page: Page, session: CDPSession) -> tuple[float, float]:
    """Milliseconds until the first mark, and of the main thread for the whole answer."""
    before = task_seconds(session)
    cited: float = page.evaluate(ASK, QUESTION)
    return cited, 1000 * (task_seconds(session) - before)


def task_seconds(session: CDPSession) -> float:
    """What the main thread has worked since the page was opened."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def report(rounds: list[Round]) -> None:
    """Prints medians."""

    def median(*values: float) -> float:
        return statistics.median(values)

    print(f"{len(rounds)} rounds, medians")
    print(
        f"page weight {median(*(r.wire_bytes for r in rounds)) / 1000:.0f} kB over the wire, "
        f"{median(*(r.responses for r in rounds)):.0f} responses"
    )
    print(f"first paint {median(*(r.first_paint for r in rounds)):.0f} ms")
    print(f"usable box {median(*(r.usable for r in rounds)):.0f} ms")
    print(f"first cited sentence {median(*(r.cited for r in rounds)):.0f} ms after asking")
    by_turn = {turn: median(*(r.main_thread[turn - 1] for r in rounds)) for turn in REPORTED}
    for turn, busy in by_turn.items():
        print(f"main thread, turn {turn}: {busy:.0f} ms")
    growth = by_turn[REPORTED[-1]] / by_turn[REPORTED[0]]
    kept = "kept" if growth <= MOST_GROWTH else "NOT kept"
    print(f"turn {REPORTED[-1]} / turn {REPORTED[0]}: {growth:.2f} (at most {MOST_GROWTH}: {kept})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
