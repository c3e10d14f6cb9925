"""What is wrong with a file or record: an error while it is read, a value once it is listed."""

import dataclasses

from index.errors import ArticleError


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a line of one, that gave no article, or with `is_read` one with a flaw.

    `message` and `hint` are one line each, for people.
    """

    file: str
    message: str
    line: int | None = None
    hint: str = ""
    is_read: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.message}. {self.hint}".rstrip()


class BadArticle(ArticleError):
    """Raised by the readers; `message` says what is wrong with "the file", which it does not name."""

    def __init__(self, message: str, hint: str = "", line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line

    def __str__(self) -> str:
        return f"The file {self.message}. {self.hint}".rstrip()

    def problem(self, file: str, line: int | None = None) -> Problem:
        """This error as a value that names its file."""
        return Problem(file, self.message, line if self.line is None else self.line, self.hint)


def misdated(file: str, said: str, line: int | None = None, more: int = 0) -> Problem:
    """What is said of an article whose date is none, and of so many more in its file."""
    others = f", as are {more:,} more" if more else ""
    message = f"is read without a date{others}: {said}"
    return Problem(file, message, line, "Write the day it came out, as 2025-04-22.", is_read=True)
