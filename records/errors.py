"""The errors a person may meet. Each has a title and a message that say what happened, what is safe and what to do.

    AppError
    ├── Correctable      the clerk can mend it: a wrong value, a wrong file, an unknown name
    │   └── FieldError   one field cannot hold what was typed
    ├── Unavailable      the world is in the way: no line, a busy server, a full disk; trying again helps
    └── Refused          needs a person with more rights or another program version; trying again does not help

Anything else that is raised is a bug and is shown as one. Foreign exceptions are translated in the one file that imports the library.
"""

from records.words import Language, Words, say


class AppError(Exception):
    """An error with a title (fit for a dialog's head) and a message of complete sentences, in both languages."""

    def __init__(self, title: Words, message: Words, *, code: str = "") -> None:
        """`code` is the problem type of protocol.md where there is one, else empty."""
        super().__init__(message.en)
        self.title = title
        self.message = message
        self.code = code

    def sentence(self, language: Language) -> str:
        """Says the message alone: the one sentence a command line prints."""
        return say(self.message, language)


class Correctable(AppError):
    """The person who sees it can mend it."""


class FieldError(Correctable):
    """A field cannot hold what was typed; shown beside the field."""

    def __init__(self, message: Words) -> None:
        super().__init__(Words("ข้อมูลในช่องนี้ใช้ไม่ได้", "This field cannot hold that"), message)


class Unavailable(AppError):
    """Nothing is wrong with the work; trying again later helps."""


class Refused(AppError):
    """Somebody with more rights, or another version of the program, is needed."""
