"""Evaluation -> one HTML page that needs nothing else: no network, no script. Every word of a document is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.evaluating import Evaluation
from qa.evaluation.metrics.all import FAMILIES, MEASURES
from qa.evaluation.metrics.measure import Measure
from qa.evaluation.plots import Bar
from qa.evaluation.views import troubled, worst

FAMILY_TITLES = {
    "structural": "Footnotes as such",
    "retrieval": "Retrieval",
    "gold": "Against the gold evidence",
    "support": "Support",
    "answers": "Answers",
    "abstention": "Refusing",
}


def render(evaluation: Evaluation, report: Mapping[str, Any]) -> str:
    """The page.

    Args:
        evaluation: for the questions that are shown with their documents.
        report: its figures, as `as_report` makes them.
    """
    return _template().render(
        report=report,
        style=_style(),
        headlines=[_figure(m, report["measures"][m.name]) for m in MEASURES.values() if m.headline],
        families=[
            (FAMILY_TITLES[name], [_figure(m, report["measures"][m.name]) for m in measures])
            for name, measures in FAMILIES.items()
        ],
        risk=plots.risk_coverage(report["risk_coverage"]) if report["risk_coverage"] else None,
        reliability=plots.reliability(report["reliability"]) if report["reliability"] else None,
        slices=_slices(report),
        worst=worst(evaluation.cases, evaluation.shelf),
        troubled=troubled(evaluation.cases),
    )


def _figure(measure: Measure, value: Mapping[str, Any]) -> dict[str, Any]:
    """A metric as it is shown; a share in percent."""
    is_share, known = measure.unit == "share", value["value"] is not None
    has_interval = value["low"] is not None
    scale = 100 if is_share else 1
    return {
        "title": measure.title,
        "formula": measure.formula,
        "value": f"{scale * value['value']:.1f}" if known else None,
        "unit": "%" if is_share else "",
        "interval": f"{scale * value['low']:.1f} to {scale * value['high']:.1f}" if has_interval else "",
        "detectable": "" if value["detectable_drop"] is None else f"{scale * value['detectable_drop']:.1f}",
        "counted": f"{value['scored']} of {value['of']}",
        "whisker": plots.whisker(value["value"], value["low"], value["high"]) if has_interval and is_share else None,
    }


def _slices(report: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Markup]]]]:
    """For each way of slicing, the headline metrics that at least one slice has."""
    shown = []
    for by, slices in report["slices"].items():
        charts = [
            (
                m.title,
                plots.bars(m.title, (_bar(name, found[m.name]) for name, found in slices.items() if m.name in found)),
            )
            for m in MEASURES.values()
            if m.headline and any(m.name in found for found in slices.values())
        ]
        shown.append((by, charts))
    return shown


def _bar(name: str, value: Mapping[str, Any]) -> Bar:
    if value["value"] is None:
        return Bar(name.replace("_", " "), None)
    note = f"{100 * value['value']:.1f} %  n {value['scored']}"
    return Bar(name.replace("_", " "), value["value"], value["low"], value["high"], note)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("report.html"))


def _style() -> Markup:
    return Markup(_read("report.css"))  # noqa: S704  # ours


def _read(name: str) -> str:
    return (files("qa.evaluation") / "templates" / name).read_text("utf-8")
