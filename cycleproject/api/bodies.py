"""Base models for what the API's operations take and answer, and how a request is read into them strictly."""

from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

from cycleproject.api.problems import Problem

LARGEST_BODY: Final = 16 * 1024

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """A request's JSON body; ``pad`` is ignored, so that a client can hide the length of what it sends."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    pad: str = Field("", max_length=LARGEST_BODY, repr=False)


class Query(BaseModel):
    """A request's query string. Unknown parameters are refused."""

    # A filter that is mistyped and ignored would show more than was asked for.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """The JSON body of an answer."""

    model_config = ConfigDict(extra="forbid")


class OnlyJSON(DefaultContentNegotiation):
    """Content negotiation that always answers in JSON, whatever the client's Accept header says."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the first renderer, which is the only one, and its media type."""
        return renderers[0], renderers[0].media_type


def read_as(model: type[M], data: Any) -> M:
    """Validate data strictly and return it as the model. Raises Problem, which says nothing of the data."""
    try:
        return model.model_validate(data)
    except ValidationError:
        # The validation error quotes the input; what a person wrote must not reach a log with the traceback.
        raise Problem("frame.invalid") from None
