"""The exception by which an operation of the API refuses; ``sessions.contract.problems`` turns it into an answer."""

from rest_framework.exceptions import APIException


class Problem(APIException):
    """A refusal: its code decides the status and, where nothing truer is known, the sentence that the client gets."""

    def __init__(self, code: str, retry_after: int | None = None, *, sentence: str = "") -> None:
        super().__init__(code=code)
        self.problem_code = code
        self.retry_after = retry_after
        self.sentence = sentence
