"""How scripts, styles and pictures are named by their content and served."""

from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from cycleproject.web.joining_files import imported_by, joined_script, joined_style

# Where each static file was found: a storage, and the path there.
Paths = dict[str, tuple[Any, str]]


class OneText:
    """Stands where a file was found, and holds what is served of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def open(self, _: str) -> "ContentFile[bytes]":
        """Open the text as a file."""
        return ContentFile(self.text.encode())


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """Name files by their content, each script and style sheet in one piece with what it imports.

    A script that another one imports is a part of it, and has no name of its own.
    """

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join what imports, then name and compress everything."""
        yield from super().post_process(joined(paths), dry_run, **options)


def joined(paths: Paths) -> Paths:
    """Return where each file is found, with whole scripts and style sheets in place of their parts."""

    @cache
    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())

    ours = [name for name in paths if name.startswith(("js/", "css/"))]
    scripts = [name for name in ours if name.endswith(".js")]
    parts = {part for name in scripts for part in imported_by(name, read(name))}
    whole = {name: joined_script(name, read) for name in scripts if name not in parts}
    whole |= {name: joined_style(name, read) for name in ours if name.endswith(".css")}
    others = {name: place for name, place in paths.items() if name not in parts}
    return others | {name: (OneText(text), name) for name, text in whole.items()}


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
