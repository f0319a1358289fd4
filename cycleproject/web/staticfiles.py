"""How scripts, styles and pictures are named by their content and served."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Name files by their content, and let a module import others by those names."""

    support_js_module_import_aggregation = True
    # Each pass settles the names one import further from the leaves. Modules that import each other never settle.
    max_post_process_passes = 20


class StaticFileResponse(HttpResponse):
    """A static file: the same for everyone, so browsers may cache it."""


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serve our own files without leaving the event loop.

    WhiteNoise alone streams from a blocking file; under ASGI Django reads that whole, in a thread, and warns each time.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.answer_later(request)
        return self.answer(request)

    async def answer_later(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response of ``answer``, awaiting it where it comes from the middleware below."""
        answer = self.answer(request)
        return answer if isinstance(answer, HttpResponseBase) else await answer

    def answer(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the static file that was asked for, or the response of the middleware below."""
        answer: HttpResponseBase | Awaitable[HttpResponseBase] = super().__call__(request)
        return answer

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> StaticFileResponse:
        """Read a file, or the requested range of it, into a response."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = StaticFileResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
