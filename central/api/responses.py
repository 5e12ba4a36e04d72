"""What every endpoint may answer besides its own success, for the published description."""

from litestar.openapi.datastructures import ResponseSpec

from wire.errors import MEDIA_TYPE, Problem

_STATUSES = {
    400: "The request does not have the form of this endpoint.",
    401: "Not signed, wrongly signed, by an unknown or revoked device, or the session has ended.",
    403: "This device may not do this.",
    404: "There is no such thing.",
    409: "It cannot be done now; `code` says why.",
    410: "The cursor or enrolment code is no longer good.",
    413: "The request is too large.",
    422: "The Idempotency-Key was used for another content.",
    423: "The account, or the PIN of a badge, is on hold.",
    429: "Too many requests; see Retry-After.",
    500: "The service made a mistake.",
    503: "The service cannot answer now.",
}

PROBLEMS: dict[int, ResponseSpec] = {
    status: ResponseSpec(Problem, description=text, media_type=MEDIA_TYPE, generate_examples=False)
    for status, text in _STATUSES.items()
}
