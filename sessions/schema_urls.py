"""URLs of the rest of /api/: the OpenAPI schema, and 404 as a problem for everything else."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.api.operation import Nowhere
from sessions.contract import openapi


class AnythingConverter(StringConverter):
    """Matches the whole rest of a path, line breaks and nothing included, which Django's converters do not."""

    regex = r"[\s\S]*"


register_converter(AnythingConverter, "anything")

urlpatterns = [
    path("schema/", openapi.schema, name="schema"),
    path("<anything:nowhere>", Nowhere.as_view()),
]
