"""The routes of the application as its OpenAPI document lists them, and how to fill their addresses and bodies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of the document."""

    id: str
    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None
    """The resolved JSON schema of its body, if it takes JSON."""

    def names(self, place: str) -> list[str]:
        """Returns the names of its parameters in `path`, `query` or `header`."""
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == place]


def operations(app: FastAPI) -> list[Operation]:
    """Returns every route of the document, in its order."""
    document = app.openapi()
    return [
        Operation(
            id=described["operationId"],
            method=method.upper(),
            path=path.removeprefix(PREFIX),
            parameters=tuple(described.get("parameters", ())),
            body=_json_body(document, described),
        )
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def _json_body(document: dict[str, Any], described: dict[str, Any]) -> dict[str, Any] | None:
    content = described.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    resolved: dict[str, Any] = _resolve(document, content["application/json"]["schema"])
    return resolved


def _resolve(document: dict[str, Any], schema: Any) -> Any:
    """Returns a schema with every reference replaced by what it names."""
    if isinstance(schema, list):
        return [_resolve(document, part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return _resolve(document, document["components"]["schemas"][name])
    return {key: _resolve(document, value) for key, value in schema.items() if key != "discriminator"}


def ids_in(schema: dict[str, Any] | None, pointer: str = "") -> Iterator[str]:
    """Yields the pointers of all ids in a body's schema; `*` stands for any element of a list."""
    if schema is None:
        return
    if schema.get("format") == "uuid":
        yield pointer
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from ids_in(choice, pointer)
    for name, part in schema.get("properties", {}).items():
        yield from ids_in(part, f"{pointer}/{name}")
    if "items" in schema:
        yield from ids_in(schema["items"], f"{pointer}/*")
