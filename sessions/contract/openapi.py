"""The API as an OpenAPI document: what each operation promises, from the models that its bodies are read with."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.drainage import warn
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from pydantic import BaseModel, ValidationError

from accounts.api.operation import Address, CookieAuthentication, Operation
from sessions.checkin.refusals import REFUSALS
from sessions.contract import api_shapes
from sessions.contract.asyncapi import command_models, schemas_of, type_of
from sessions.contract.examples import all_examples
from sessions.contract.problems import ProblemShown, plain_problem, problem

ANSWERED: Final[Mapping[type, Mapping[str, str]]] = {
    api_shapes.Started: {"started": "rest.start"},
    api_shapes.Joined: {"joined": "rest.join"},
    api_shapes.CommandAnswered: {"sealed": "rest.command"},
}


class Schema(AutoSchema):
    """Describes one operation."""

    view: Any  # an Operation

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def get_operation_id(self) -> str:
        """Name the operation as its class is named."""
        name = type(self.view).__name__
        return name[0].lower() + name[1:]

    def get_summary(self) -> str:
        """Return the first sentence."""
        return self._said()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]  # as the library's own class has it
        """Return what there is to say."""
        return "\n\n".join(self._said())

    def _said(self) -> list[str]:
        paragraphs = (type(self.view).__doc__ or "").strip().split("\n\n")
        return [" ".join(paragraph.split()) for paragraph in paragraphs]

    def _get_parameters(self) -> list[dict[str, Any]]:
        asked = _plain(self.view.asks)[self.view.asks.__name__]
        return [
            *super()._get_parameters(),
            *(
                {"in": "query", "name": name, "schema": schema, "required": name in asked.get("required", ())}
                for name, schema in asked.get("properties", {}).items()
            ),
        ]

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if self.method not in ("POST", "PUT"):
            return None
        takes = self.view.takes
        content: dict[str, Any] = {"schema": self._reference(takes, taken=True)}
        if examples := request_examples(type(self.view)):
            content["examples"] = {name: {"value": value} for name, value in examples.items()}
        return {"content": {"application/json": content}, "required": not _may_be_empty(takes)}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        answers = {str(status): self._answer(model) for status, model in self.view.gives.items()}
        refused: dict[int, list[str]] = {}
        for code in self._refusals():
            refused.setdefault(REFUSALS[code].status, []).append(code)
        return {**answers, **{str(status): self._refusal(status, codes) for status, codes in sorted(refused.items())}}

    def _answer(self, model: type | None) -> dict[str, Any]:
        if model is None:
            return {"description": "Done."}
        content: dict[str, Any] = {"schema": self._reference(model)}
        if names := ANSWERED.get(model):
            content["examples"] = {name: {"value": all_examples()[file]} for name, file in names.items()}
        others = {media_type: {"schema": {"type": "string"}} for media_type in self.view.also_as}
        return {"description": _first_line(model), "content": {"application/json": content, **others}}

    def _refusals(self) -> set[str]:
        everywhere = {"frame.invalid", "content.too_large", "content.type", "rate.limited", "service.unavailable"}
        if self.view.authentication_classes:
            everywhere.add("login.required")
        if CookieAuthentication in self.view.authentication_classes and self.method != "GET":
            everywhere.add("csrf.failed")
        if "{" in self.path:
            everywhere.add("item.not_found")
        return everywhere | set(self.view.refuses)

    def _refusal(self, status: int, codes: list[str]) -> dict[str, Any]:
        self._reference(ProblemShown)
        exact = {"properties": {"code": {"enum": sorted(codes)}, "status": {"const": status}}}
        refusal: dict[str, Any] = {
            "description": " ".join(REFUSALS[code].sentence for code in sorted(codes)),
            "content": {
                "application/problem+json": {
                    "schema": {"allOf": [{"$ref": "#/components/schemas/ProblemShown"}, exact]},
                    "examples": {code: {"value": problem(code)} for code in sorted(codes)},
                }
            },
        }
        if status in (429, 503):
            refusal["headers"] = {
                "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}
            }
        if status == 401:
            refusal["headers"] = {
                "WWW-Authenticate": {"description": "How to be known.", "required": True, "schema": {"type": "string"}}
            }
        return refusal

    def _reference(self, model: type, *, taken: bool = False) -> dict[str, str]:
        for name, one in _plain(model).items():
            if not taken:
                one.pop("additionalProperties", None)  # a client has to live with fields that are added later
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=one)
            self.registry.register_on_missing(component)
            if self.registry[component].schema != one:
                warn(f"two models are called {name}: only one of them would be described")
        return {"$ref": f"#/components/schemas/{model.__name__}"}


class Generator(SchemaGenerator):
    """Finds the operations of each address."""

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """Return the operation that answers a method."""
        if isinstance(callback, Address):
            callback = callback.operations[method].as_view()
        return super().create_view(callback, method, request)  # type: ignore[no-untyped-call]


class TokenScheme(OpenApiAuthenticationExtension):
    """How a program shows who it is for."""

    target_class = "accounts.api.operation.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe the key of a login, in a header of its own."""
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}


class CookieScheme(OpenApiAuthenticationExtension):
    """How a page of ours shows who it is for."""

    target_class = "accounts.api.operation.CookieAuthentication"
    name = "cookie"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe the cookie of a page, and the CSRF token that goes with it."""
        said = "Everything but GET also needs the page's CSRF token, as X-CSRFToken."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": said}


def request_examples(operation: type[Operation]) -> dict[str, Any]:
    """Return bodies that an operation takes."""
    if operation.takes is api_shapes.AnyCommand:
        return {type: all_examples()[type] for type in map(type_of, command_models())}
    return dict(operation.examples)


@cache
def document() -> dict[str, Any]:
    """Return the whole document. It is written once; nobody changes it."""
    generator = Generator()  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@cache
def _written() -> bytes:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":")).encode()


@csrf_exempt  # it changes nothing, and what is refused here is refused by a problem document
def schema(request: HttpRequest) -> HttpResponse:
    """Answer with the document, to anybody."""
    if request.method not in ("GET", "HEAD"):
        refused = plain_problem("frame.invalid", 405)
        refused["Allow"] = "GET, HEAD"
        return refused
    return HttpResponse(_written(), content_type="application/vnd.oai.openapi+json")


def _plain(model: type) -> dict[str, Any]:
    without_marks: dict[str, Any] = json.loads(json.dumps(schemas_of(model)).replace("``", "`"))
    return without_marks


def _may_be_empty(model: type[BaseModel]) -> bool:
    try:
        model.model_validate({})
    except ValidationError:
        return False
    return True


def _first_line(model: type) -> str:
    return (model.__doc__ or "").strip().split("\n")[0].replace("``", "`")
