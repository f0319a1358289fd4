"""What an operation of the API takes and gives, read strictly, whoever it is about."""

from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

from cycleproject.api.problems import Problem

LARGEST_BODY: Final = 16 * 1024

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """What a client sends; ``pad`` is ignored, so that a client can hide a length."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    pad: str = Field("", max_length=LARGEST_BODY, repr=False)


class Query(BaseModel):
    """What stands behind the question mark; no operation has a field here unless it says so."""

    # A filter that is mistyped and ignored would show more than was asked for.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What an operation answers."""

    model_config = ConfigDict(extra="forbid")


class OnlyJSON(DefaultContentNegotiation):
    """Answers in the one format there is, whatever a client says it would accept."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the renderer and its media type."""
        return renderers[0], renderers[0].media_type


def read_as(model: type[M], data: Any) -> M:
    """Return data as a model. Raises Problem."""
    try:
        return model.model_validate(data)
    except ValidationError:
        # The validation error quotes the input; what a person wrote must not reach a log with the traceback.
        raise Problem("frame.invalid") from None
