"""What a whole call may end in, and why one change is not taken; the words are those of records.protocol."""

from collections.abc import Mapping
from typing import Any

from records.errors import Refused
from records.problem_types import PROBLEMS, REASONS, REFUSALS
from records.protocol import Limits, Problem
from records.words import Language, Words, say


class CallProblem(Refused):
    """A call that ends in a problem document instead of a reply (protocol.md, "Errors")."""

    def __init__(
        self,
        code: str,
        *,
        pointer: str | None = None,
        detail: str = "",
        retry_after_s: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Args:
        code: A key of `records.problem_types.PROBLEMS`; its status and words are used.
        pointer: Where in the body the fault is (RFC 6901); empty for the whole body, None when no member is at fault.
        detail: What is wrong there, in English, for whoever writes a client.
        retry_after_s: Seconds to wait, sent as Retry-After.
        extra: Further members of the problem document.
        """
        self.type = PROBLEMS[code]
        super().__init__(self.type.title, self.type.detail, code=code)
        self.pointer = pointer
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.extra = dict(extra or {})

    def document(self, language: Language) -> dict[str, Any]:
        """The problem document of RFC 9457."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "status": self.type.status,
            # 415, 422 and 460 share the code `invalid` on the wire; "encoding" and the like only choose our words.
            "code": {
                "encoding": "invalid",
                "checksum": "invalid",
                "unavailable": "slow-down",
                "needs-floor": "slow-down",
                "code": "no-grant",
                "method": "not-found",
            }.get(self.code, self.code),
            "title": say(self.title, language),
            "detail": say(self.message, language),
            **({"reason": self.code} if self.code in REASONS else {}),
            **self.extra,
        }
        if self.pointer is not None:
            document["errors"] = [{"pointer": self.pointer, "detail": self.detail}]
        return document


def invalid(pointer: str, detail: str) -> CallProblem:
    """The body is not of the agreed form at that place."""
    return CallProblem("invalid", pointer=pointer, detail=detail)


def too_large(limits: Limits) -> CallProblem:
    """The call is above a limit; the limits are named, so that the client can send less."""
    return CallProblem("too-large", extra={"limits": {name: getattr(limits, name) for name in limits.__struct_fields__}})


def stream_problem(code: str, language: Language) -> Problem:
    """Why one stream of a call is left out: `no-grant` or `fork`."""
    words = PROBLEMS[code]
    return Problem(code=code, title=say(words.title, language), detail=say(words.detail, language))


def refusal(
    code: str, language: Language, detail: Words | None = None, *, field: str = "", successor: str = "", is_applied: bool = False
) -> Problem:
    """Why one change was not taken, in words a clerk can read."""
    title = say(REFUSALS[code], language)
    return Problem(
        code=code, title=title, detail=say(detail, language) if detail else title, field=field, successor=successor, applied=is_applied
    )
