"""A supervisor learns whether the process answers and whether it could do its work."""

from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from cycleproject.version import VERSION


class BrokenLayer(InMemoryChannelLayer):
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError


def refuse(*_arguments: Any) -> None:
    """Stand in for a database that is away."""
    raise OperationalError


def test_healthz_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": VERSION}


@pytest.mark.django_db
def test_readyz_answers_200_when_all_works(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "channel_layer": "ok"}


@pytest.mark.django_db
def test_readyz_answers_503_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unavailable", "channel_layer": "ok"}


@pytest.mark.django_db
def test_readyz_answers_503_without_a_channel_layer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cycleproject.serving.health.get_channel_layer", BrokenLayer)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "ok", "channel_layer": "unavailable"}


@pytest.mark.django_db
def test_readyz_answers_503_while_a_migration_is_missing(client: Client) -> None:
    latest = MigrationRecorder.Migration.objects.filter(app="accounts").order_by("-name")[0]
    latest.delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "database": "ok",
        "channel_layer": "ok",
        "migrations": "unavailable",
        "reason": f"The database lacks the migration accounts.{latest.name}. Run `make prepare` once.",
    }
    MigrationRecorder.Migration.objects.create(app=latest.app, name=latest.name)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_answers_200_on_a_database_of_a_newer_version(client: Client) -> None:
    MigrationRecorder.Migration.objects.create(app="accounts", name="9999_to_come")
    MigrationRecorder.Migration.objects.create(app="not_ours_yet", name="0001_initial")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_knows_a_database_that_was_never_migrated(client: Client) -> None:
    MigrationRecorder.Migration.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "and others" in answer.json()["reason"]


def test_only_get_and_head_are_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
