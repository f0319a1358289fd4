"""As little as the tutorial way needs."""

import os

import environ

SECRET_KEY = "only-for-measuring"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "bench.comparators.tutorial",
]
DATABASE = environ.Env().db_url_config(os.environ["DATABASE_URL"])
if "sqlite3" in DATABASE["ENGINE"]:
    # The same durability as ours.
    DATABASE["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"}
DATABASES = {"default": DATABASE}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if redis_url := os.environ["REDIS_URL"]:
    # With redis-py's own timeout of five seconds whoever hears nothing for so long is cut off.
    hosts = [{"address": redis_url, "socket_timeout": 60}]
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": hosts}}}
