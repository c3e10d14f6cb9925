"""The errors that people see. Callers at the edges catch the one base.

CitebotError
├── SettingsError       a setting is missing or wrong
├── QuestionError       a question that cannot be asked
├── ArticleError        a file or record that gives no article
├── LibraryError        a folder of articles that cannot be read or written
│   └── LibraryEmpty    no folder holds an article
├── ShelfError          an article that cannot be added or removed
│   └── ShelfFull       there is no room for another
├── FetchError          what an address does not give
│   └── FetchRefused    an address that is not fetched, whatever it would give
├── FeedError           what is no feed, or none that is subscribed to
├── DiscordError        Discord refuses the bot, or cannot be reached
├── NotAllowed          this person may not do that, or not here
├── TryLater            too many questions at a time
├── ModelError          an embedding model that is absent, broken or unreachable
├── ExportError         an embedding model that cannot be exported here and now
├── ReaderError         a reader that is absent or broken
├── ChatModelError      a chat model that is absent, refuses or fails
│   └── ContextOverflow what it was given does not fit into its context
├── RecordsError        what the bot stores cannot be read or written
├── EvaluationError     questions to measure by, or earlier figures, that cannot be read
├── PlotError           a picture that cannot be drawn
└── StoreError          the index, on disk or on a server
    ├── StoreMissing    nothing is indexed yet
    ├── StoreBusy       another process is writing it
    ├── StoreUnwritable it may not be written, or its disk is full or fails
    ├── StoreMismatch   it was made by another model, other settings or another version
    ├── StoreDamaged    it cannot be read
    ├── StoreUnreachable its server does not answer
    └── StoreRefused    its server answers, and refuses
"""


class CitebotError(Exception):
    """What went wrong in one line, and in `hint` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class SettingsError(CitebotError):
    """A setting is missing or wrong."""


class QuestionError(CitebotError):
    """A question that cannot be asked: empty, too long, not text."""


class NoQuestion(QuestionError):
    """A question that is none: empty, or without words. In a command it is wrong usage."""


class ArticleError(CitebotError):
    """A file or record that gives no article; the others are not affected."""


class LibraryError(CitebotError):
    """A folder of articles that cannot be read or written."""


class LibraryEmpty(LibraryError):
    """No folder holds an article."""


class ShelfError(CitebotError):
    """An article that cannot be added or removed."""


class ShelfFull(ShelfError):
    """There is no room for another article."""


class FetchError(CitebotError):
    """What an address does not give: it cannot be reached, answers with an error, sends too much.

    `again` are the seconds after which it asks to be tried again, None where it does not say; `is_gone` tells
    that it will never give anything.
    """

    def __init__(
        self, message: str, hint: str = "", *, again: float | None = None, is_gone: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.again = again
        self.is_gone = is_gone


class FetchRefused(FetchError):
    """An address that is not fetched, whatever it would give: in a private network, kept by robots.txt."""


class FeedError(CitebotError):
    """What is no feed, or none that is subscribed to."""


class DiscordError(CitebotError):
    """Discord refuses the bot, or cannot be reached."""


class DiscordAway(DiscordError):
    """Discord cannot be reached or fails, and may be back later."""


class NotAllowed(CitebotError):
    """This person may not do that, or not here."""


class TryLater(CitebotError):
    """Too many questions at a time."""


class ModelError(CitebotError):
    """An embedding model that is absent, broken or unreachable."""


class ExportError(CitebotError):
    """An embedding model that cannot be exported here and now, or whose export cannot be loaded."""


class ReaderError(CitebotError):
    """A model that finds the words which answer, absent, broken, or of another kind."""


class RecordsError(CitebotError):
    """What the bot stores (answers, votes, settings of servers) cannot be read or written."""


class EvaluationError(CitebotError):
    """A folder of questions to measure by, or a file of earlier figures, that cannot be read."""


class PlotError(CitebotError):
    """A picture that cannot be drawn: its library is missing, or its file cannot be written."""


class ChatModelError(CitebotError):
    """A chat model that is absent, refuses or fails; its message has no word that the provider sent.

    `again` are the seconds after which asking once more may help, None where it does not.
    """

    def __init__(self, message: str, hint: str = "", *, again: float | None = None) -> None:
        super().__init__(message, hint)
        self.again = again


class ContextOverflow(ChatModelError):
    """What a chat model was given does not fit into its context."""


class StoreError(CitebotError):
    """The index, on disk or on a server, cannot be used."""


class StoreMissing(StoreError):
    """Nothing is indexed yet."""


class StoreBusy(StoreError):
    """Another process is writing the index."""


class StoreUnwritable(StoreError):
    """The index may not be written, or its disk is full or fails."""


class StoreMismatch(StoreError):
    """The index was made by another model, other passage settings or another version."""


class StoreDamaged(StoreError):
    """The index cannot be read."""


class StoreUnreachable(StoreError):
    """The server that holds the index does not answer, or only with errors of its own; later it may."""


class StoreRefused(StoreError):
    """The server that holds the index refuses: the token, the tenant, the database, the request."""
