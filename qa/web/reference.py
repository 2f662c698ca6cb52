"""`/docs`: the API's reference, written from its OpenAPI schema on the server. It loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from qa.web.pages import page

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a property of an object."""

    name: str
    type: str
    is_required: bool
    description: str
    models: tuple[str, ...] = ()  # that the type names


@dataclass(frozen=True, slots=True)
class Answered:
    """A response of an operation."""

    status: str
    description: str
    media_types: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path."""

    method: str
    path: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_type: str
    responses: tuple[Answered, ...]


def reference() -> APIRouter:
    """The route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        """The page."""
        schema = request.app.openapi()
        models = schema.get("components", {}).get("schemas", {})
        shown = {name: (model.get("description", ""), tuple(_fields(model))) for name, model in sorted(models.items())}
        return page("reference.html", info=schema["info"], groups=_grouped(schema), models=shown, root="./")

    return routes


def _grouped(schema: Schema) -> dict[str, list[Operation]]:
    """The operations by their first tag."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append(_operation(schema, method, path, operation))
    return groups


def _operation(schema: Schema, method: str, path: str, operation: Schema) -> Operation:
    [(body_type, body)] = operation.get("requestBody", {}).get("content", {"": {}}).items()
    return Operation(
        method=method.upper(),
        path=path,
        description=operation.get("description", operation.get("summary", "")),
        parameters=tuple(
            _field(given["name"], given["schema"], given.get("required", False), given.get("description"))
            for given in operation.get("parameters", ())
        ),
        body=tuple(_fields(_resolved(schema, body.get("schema", {})))),
        body_type=body_type,
        responses=tuple(_answered(status, told) for status, told in sorted(operation["responses"].items())),
    )


def _answered(status: str, told: Schema) -> Answered:
    content = told.get("content", {})
    models = [name for media in content.values() for name in _models(media.get("schema", media.get("itemSchema", {})))]
    return Answered(status, told.get("description", ""), ", ".join(content), tuple(dict.fromkeys(models)))


def _fields(model: Schema) -> Iterator[Field]:
    required = model.get("required", ())
    for name, schema in model.get("properties", {}).items():
        yield _field(name, schema, name in required)


def _field(name: str, schema: Schema, is_required: bool, description: str | None = None) -> Field:
    told = description or schema.get("description", "")
    return Field(name, _type(schema), is_required, told, tuple(_models(schema)))


def _resolved(schema: Schema, part: Schema) -> Schema:
    """What a reference leads to, or the part itself."""
    if "$ref" not in part:
        return part
    found: Schema = schema["components"]["schemas"][_name(part)]
    return found


def _name(part: Schema) -> str:
    return str(part["$ref"]).rpartition("/")[2]


def _models(schema: Any) -> Iterator[str]:
    """The models that a schema refers to."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield _name(schema)
        for value in schema.values():
            yield from _models(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _models(value)


def _type(schema: Schema) -> str:
    """As a reader of code would write it."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " | ".join(map(_type, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f"“{value}”" for value in schema["enum"])
    if "const" in schema:
        return repr(schema["const"])
    if schema.get("type") == "array":
        item = _type(schema.get("items", {}))
        return f"({item})[]" if " | " in item else f"{item}[]"
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        return f"{{…: {_type(values)}}}"
    return str(schema.get("format") or schema.get("type", "anything"))
