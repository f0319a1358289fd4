"""Answers that are put together while they leave, so that ten years need no more memory than one.

What is short is answered whole: with its length, and a failure in it is a refusal as everywhere. Of what is longer the
beginning is ready before the first byte leaves; a failure after that cuts the answer off, and a client sees that.
"""

import io
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer

# What is read and made at once, and so what a long answer holds in memory.
PIECE: Final = 256 * 1024


class StreamedAnswer(StreamingHttpResponse):
    """An answer that is made piece by piece, on the thread and the database connection of its request."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces; Django itself would put all of them into memory first."""
        pieces = iter(self)
        while (piece := await sync_to_async(_next)(pieces)) is not None:
            yield piece


def streamed(parts: Iterable[bytes], content_type: str) -> HttpResponse | StreamedAnswer:
    """Return parts as one answer, which is streamed if it is longer than a piece."""
    pieces = _pieces(parts)
    first, second = next(pieces, b""), next(pieces, None)
    if second is None:
        return HttpResponse(first, content_type=content_type)
    return StreamedAnswer(chain((first, second), pieces), content_type=content_type)


def json_object(fields: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield an object in JSON as an API answer is written; the items of an iterator are taken one by one."""
    before = b"{"
    for name, value in fields.items():
        yield before
        before = b","
        if isinstance(value, Iterator):
            yield _written(name) + b":["
            yield from _with_commas(_written(item) for item in value)
            yield b"]"
        else:
            yield _written({name: value})[1:-1]
    yield b"}"


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _written(value: Any) -> bytes:
    written: bytes = JSONRenderer().render(value)
    return written


def _with_commas(items: Iterable[bytes]) -> Iterator[bytes]:
    for number, item in enumerate(items):
        yield b"," + item if number else item


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    piece = io.BytesIO()
    for part in parts:
        piece.write(part)
        if piece.tell() >= PIECE:
            yield piece.getvalue()
            piece = io.BytesIO()
    if piece.tell():
        yield piece.getvalue()
