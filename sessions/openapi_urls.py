"""The rest of /api/: the schema, and where there is nothing."""

from django.urls import path

from accounts.api.base import Nowhere
from sessions import openapi

urlpatterns = [
    path("schema/", openapi.schema, name="schema"),
    path("<path:nowhere>", Nowhere.as_view()),
]
