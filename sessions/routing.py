"""URLs of WebSockets."""

from django.urls import path, re_path

from sessions.live.consumer import LiveSessionConsumer, UnknownPathConsumer

websocket_urlpatterns = [
    path("ws/sessions/<uuid:session_id>/", LiveSessionConsumer.as_asgi()),
    re_path("", UnknownPathConsumer.as_asgi()),
]
