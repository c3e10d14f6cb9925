"""The errors that people see. Callers at the edges catch the one base.

CitebotError
├── SettingsError       a setting is missing or wrong
├── QuestionError       a question that cannot be asked
├── ArticleError        a file or record that gives no article
├── LibraryError        a folder of articles that cannot be read or written
├── ModelError          an embedding model that is absent, broken or unreachable
└── StoreError          the index on disk
    ├── StoreMissing    nothing is indexed yet
    ├── StoreBusy       another process is writing it
    ├── StoreUnwritable it may not be written, or its disk is full or fails
    ├── StoreMismatch   it was made by another model, other settings or another version
    └── StoreDamaged    it cannot be read
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


class ArticleError(CitebotError):
    """A file or record that gives no article; the others are not affected."""


class LibraryError(CitebotError):
    """A folder of articles that cannot be read or written."""


class ModelError(CitebotError):
    """An embedding model that is absent, broken or unreachable."""


class StoreError(CitebotError):
    """The index on disk cannot be used."""


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
