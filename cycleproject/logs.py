"""What a log line may say: where and what kind, never what a person wrote."""

import logging
import traceback
from types import TracebackType

ExceptionInformation = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

REQUEST_LOGGERS = ("django.server", "django.channels.server")  # runserver's: a whole address on each line


class ContentFreeFormatter(logging.Formatter):
    """Write one line, and for an error where it happened without its message.

    A database or validation error quotes the value it refused: that can be the words of a mark.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole entry."""
        record.exc_text = None  # another handler may have left the error there in full
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: ExceptionInformation) -> str:
        """Return the places an error passed through and its kind."""
        kind, _error, trace = ei
        if kind is None:
            return ""
        frames = traceback.extract_tb(trace)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return "\n".join([*places, f"{kind.__module__}.{kind.__qualname__}"])

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line without the query of an address, or the error that asyncio spells out in its message."""
        if record.name in REQUEST_LOGGERS:
            record.message = " ".join(part.partition("?")[0] for part in record.message.split(" "))
        elif record.name == "asyncio":
            record.message = record.message.partition("\n")[0]
        return super().formatMessage(record)
