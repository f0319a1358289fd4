"""What a field of a frame may hold: texts, numbers, days and names, each refused where it is anything else. Pure."""

from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from cycleproject.text import clean, filled

MAX_INTEGER: Final = 2**31 - 1
TEXT_LENGTH: Final = 280


def up_to(limit: int) -> AfterValidator:
    """Return what cleans a text, and refuses one that is longer."""
    return AfterValidator(partial(clean, most=limit, lines=True, strict_ends=True))


def without_repeats(values: list[Any]) -> list[Any]:
    """Return a list as it is. Raises ValueError if it holds something twice."""
    if len(set(values)) != len(values):
        raise ValueError("values must be distinct")
    return values


def whole_number(value: object) -> object:
    """Return a number as it is. Raises ValueError for anything else, such as true."""
    if type(value) is not int:
        raise ValueError("must be a whole number")
    return value


def iso_day(value: object) -> object:
    """Return a day that was written out. Raises ValueError."""
    # Python reads other spellings, too, such as those by weeks.
    if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
        raise ValueError("must be a day, as in 2026-03-01")
    return date.fromisoformat(value)


def _printable(op: str) -> str:
    if not op.isprintable():
        raise ValueError("op must be printable")
    return op


Op = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
Text280 = Annotated[str, up_to(TEXT_LENGTH), Field(json_schema_extra={"maxLength": TEXT_LENGTH})]
SaidText = Annotated[
    Text280, AfterValidator(filled), Field(json_schema_extra={"minLength": 1, "maxLength": TEXT_LENGTH})
]
Number = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
