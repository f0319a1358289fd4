"""Routes."""

from django.core.asgi import get_asgi_application

http_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  Django must be set up first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from bench.comparators.tutorial.consumers import RoomConsumer  # noqa: E402

routes = URLRouter([path("<str:name>/<str:seat>/", RoomConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {"http": http_application, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(routes))}
)
