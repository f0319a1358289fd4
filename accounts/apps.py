"""The accounts app: who people are to each other."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who people are to each other."""

    name = "accounts"
