"""Plots as inline SVG: numbers in, markup out. Colours come from the page's style; words are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

SIDE = 300  # of a square plot's area, with room for its scale around it
LEFT, BOTTOM, TOP, RIGHT = 44, 40, 14, 22
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

BAR_WIDTH, ROW = 260, 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


def risk_coverage(points: Sequence[Sequence[float]]) -> Markup:
    """How often what is answered is wrong (up), if only the most confident share (right) is answered."""
    line = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    area = f"{_x(points[0][0]):.1f},{_y(0):.1f} {line} {_x(points[-1][0]):.1f},{_y(0):.1f}"
    content = f'<polygon class="fill" points="{area}"/><polyline class="stroke" points="{line}"/>'
    return _square(content, "share of questions answered", "share of these that is wrong")


def reliability(bins: Sequence[Mapping[str, Any]]) -> Markup:
    """How often the documents answer (up) when the confidence says so (right); the diagonal is perfect."""
    most = max(b["questions"] for b in bins)
    dots = "".join(
        f'<circle class="dot" cx="{_x(b["confidence"]):.1f}" cy="{_y(b["answerable"]):.1f}" '
        f'r="{3 + 9 * (b["questions"] / most) ** 0.5:.1f}"><title>{b["questions"]} questions: confidence '
        f"{b['confidence']:.2f}, answerable {b['answerable']:.2f}</title></circle>"
        for b in bins
    )
    diagonal = f'<line class="guide" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _square(diagonal + dots, "confidence", "share that the documents answer")


def bars(title: str, rows: Iterable[Bar]) -> Markup:
    """Shares, one a line, each with its interval as a whisker; the name tells all of them to who cannot see."""
    lines = list(rows)
    height = ROW * len(lines)
    name = "; ".join([title, *(f"{bar.label} {_note(bar)}" for bar in lines)])
    drawn = "".join(_bar(bar, ROW * i) for i, bar in enumerate(lines))
    return Markup(  # noqa: S704  # numbers and escaped words
        f'<svg class="bars" viewBox="0 0 560 {height}" role="img" aria-label="{escape(name)}">{drawn}</svg>'
    )


def whisker(value: float, low: float, high: float) -> Markup:
    """An interval of a share on a line from 0 to 1."""
    return Markup(  # noqa: S704  # numbers only
        '<svg class="whisker" viewBox="0 0 120 10" aria-hidden="true">'
        '<line class="guide" x1="2" y1="5" x2="118" y2="5"/>'
        f'<line class="thick" x1="{2 + 116 * low:.1f}" y1="5" x2="{2 + 116 * high:.1f}" y2="5"/>'
        f'<circle class="dot" cx="{2 + 116 * value:.1f}" cy="5" r="3.5"/></svg>'
    )


def _bar(bar: Bar, top: float) -> str:
    left, middle = 200, top + ROW / 2
    label = f'<text class="label" x="{left - 10}" y="{middle + 4}" text-anchor="end">{escape(bar.label)}</text>'
    if bar.value is None:
        return f'{label}<text class="note" x="{left + 4}" y="{middle + 4}">{_note(bar)}</text>'
    whisker = ""
    if bar.low is not None and bar.high is not None:
        low, high = left + BAR_WIDTH * bar.low, left + BAR_WIDTH * bar.high
        whisker = f'<line class="whiskers" x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}"/>'
    return (
        f'{label}<rect class="rail" x="{left}" y="{top + 7}" width="{BAR_WIDTH}" height="{ROW - 14}" rx="2"/>'
        f'<rect class="bar" x="{left}" y="{top + 7}" width="{BAR_WIDTH * bar.value:.1f}" height="{ROW - 14}" rx="2"/>'
        f'{whisker}<text class="note" x="{left + BAR_WIDTH + 10}" y="{middle + 4}">{escape(_note(bar))}</text>'
    )


def _note(bar: Bar) -> str:
    return "nothing to divide by" if bar.value is None else bar.note


def _square(content: str, across: str, up: str) -> Markup:
    width, height = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
    scale = "".join(
        f'<line class="grid" x1="{_x(t)}" y1="{_y(0)}" x2="{_x(t)}" y2="{_y(1)}"/>'
        f'<line class="grid" x1="{_x(0)}" y1="{_y(t)}" x2="{_x(1)}" y2="{_y(t)}"/>'
        f'<text class="tick" x="{_x(t)}" y="{_y(0) + 16}" text-anchor="middle">{t:.0%}</text>'
        f'<text class="tick" x="{_x(0) - 7}" y="{_y(t) + 4}" text-anchor="end">{t:.0%}</text>'
        for t in TICKS
    )
    return Markup(  # noqa: S704  # numbers and words of ours
        f'<svg class="square" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(up)} by {escape(across)}">'
        f'{scale}{content}<text x="{_x(0.5)}" y="{height - 6}" text-anchor="middle">{escape(across)}</text></svg>'
    )


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)
