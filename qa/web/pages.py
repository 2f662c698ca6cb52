"""Pages that need no script: everything that comes from a document or a schema is escaped where it is put in."""

from __future__ import annotations

from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from qa.web.assets import asset, assets

STYLES = ("base.css", "page.css")


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of a template in `static/`."""
    return HTMLResponse(_environment().get_template(template).render(values), status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["style"] = Markup(assets(STYLES))  # noqa: S704  # ours
    return environment
