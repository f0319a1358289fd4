"""A refusal of the API by its code; ``sessions.contract.problems`` knows what each code is answered with."""

from rest_framework.exceptions import APIException


class Problem(APIException):
    """A refusal by its code."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code=code)
        self.problem_code = code
        self.retry_after = retry_after
