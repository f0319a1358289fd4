"""As little as the tutorial way needs."""

import os

SECRET_KEY = "only-for-measuring"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "bench.tutorial",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["TUTORIAL_DATABASE"],
        "OPTIONS": {
            "init_command": os.environ.get("TUTORIAL_INIT", "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        },
    }
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
