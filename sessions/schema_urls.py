"""The rest of /api/: the schema, and where there is nothing."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.api.operation import Nowhere
from sessions.contract import openapi


class AnythingConverter(StringConverter):
    """Whatever is left of a path, line breaks too, which no other converter takes."""

    regex = r"[\s\S]+"


register_converter(AnythingConverter, "anything")

urlpatterns = [
    path("schema/", openapi.schema, name="schema"),
    path("<anything:nowhere>", Nowhere.as_view()),
]
