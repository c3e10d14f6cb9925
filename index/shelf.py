"""Articles added at run time: a folder of readable files, one an article, that their owner may edit."""

import contextlib
import dataclasses
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from index.address import address_key
from index.article import Article, ArticleInfo
from index.clean import LONGEST_ADDRESS, one_line, plain_text, web_address
from index.disk import write_atomically
from index.errors import ArticleError, LibraryError, ShelfError, ShelfFull
from index.library import ArticleFile, Library, Root
from index.read_text import FORMAT, PLAIN
from index.readers import parse_document
from index.titles import readable_name

# What one server may have: an index of it is made within minutes.
MOST_ARTICLES = 1_000
MOST_BYTES = 20_000_000
# Some five hundred passages, which are embedded within half a minute.
MOST_CHARACTERS = 500_000

_SUFFIX = ".md"
_FIELDS = ("title", "published", "source", "url", "author", "language")
_LOCK = ".lock"
_PATIENCE = 10.0
_LONGEST_SLUG = 80
# Hex digits of an address in a file's name: with a million articles, two meet in one collection of 500.
_MARK = 12
# Windows opens a device instead of a file of such a name, whatever its suffix.
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


class Shelf:
    """The articles added for one scope, in the folder of `root`. Threads and processes may share it.

    One with a scope is bounded. Raises ShelfError, and ArticleError for an article that is too long.
    """

    def __init__(self, root: Root) -> None:
        self._folder = root.path
        self._scope = root.scope
        # A text that was taken from a page is no Markdown, whatever it looks like.
        self._library = Library([dataclasses.replace(root, plain=True)])

    @property
    def label(self) -> str:
        """What the ids of its articles begin with."""
        return self._library.label(self._folder)

    def add(self, article: Article) -> Article:
        """Writes an article into a file of its own; the article as it reads from there, with its new id.

        What a reader made comes back letter for letter, but for a field that is only "~" or "null", which
        counts as not given. One with the address of an article that is here replaces it and has its id. What
        is there already is not written again. A crash leaves all of the old file, or of the new.
        """
        text = _written(article)
        with self._locked():
            path = self._path(article, text)
            key = f"{self.label}/{path.name}"
            added = dataclasses.replace(parse_document(text.encode(), key, plain=True), scope=self._scope)
            if not (path.exists() and _holds(path, text)):
                self._check_room(added, path)
                write_atomically(path, text)
        return added

    def has(self, address: str) -> bool:
        """Whether an article with this address is here."""
        return bool(self._with_address(address))

    def holds(self, id: str) -> bool:
        """Whether the article that got this id here is still here, whatever its folder is called by now."""
        return (self._folder / id.rpartition("/")[2]).is_file()

    def remove(self, id: str) -> ArticleInfo | None:
        """Deletes the file of the article with this id; what it was, or None where it is not here."""
        if not self._folder.is_dir():
            return None
        with self._locked():
            for file in self._library.scan(may_empty=True).files:
                if file.key == id:
                    info = self._info(file)
                    file.path.unlink()
                    return info
        return None

    def _info(self, file: ArticleFile) -> ArticleInfo:
        for item in self._library.read(file):
            if isinstance(item, Article):
                return item.info
        return ArticleInfo(id=file.key, title=readable_name(file.key), scope=self._scope)

    def _path(self, article: Article, text: str) -> Path:
        """Where an article is written: an address has one file."""
        slug = _slug(article.title)
        if url := web_address(article.url):
            here = self._with_address(url)
            return min(here, default=self._folder / f"{slug}-{_mark(url)}{_SUFFIX}")
        numbered = (f"{slug}-{number}" for number in itertools.count(2))
        paths = (self._folder / f"{name}{_SUFFIX}" for name in itertools.chain([slug], numbered))
        return next(path for path in paths if not path.exists() or _holds(path, text))

    def _with_address(self, address: str) -> list[Path]:
        """The file of an article with this address, found by its name."""
        if not self._folder.is_dir():
            return []
        ending = f"-{_mark(address)}{_SUFFIX}"
        return [path for path in self._folder.iterdir() if path.name.endswith(ending)]

    def _check_room(self, article: Article, path: Path) -> None:
        """Whether the article may be written to `path`, in place of what may be there."""
        if not self._scope:
            return
        check_length(article)
        files = [file for file in self._library.scan(may_empty=True).files if file.path.name != path.name]
        if len(files) >= MOST_ARTICLES:
            raise ShelfFull(
                f"There are {len(files):,} added articles already; {MOST_ARTICLES:,} are the most.",
                "Remove some that are no longer needed.",
            )
        if sum(file.size for file in files) + len(article.text.encode()) > MOST_BYTES:
            raise ShelfFull(
                f"The added articles would take more than {MOST_BYTES // 1_000_000} MB, which is the most.",
                "Remove some that are no longer needed.",
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One change of the folder at a time, among threads and processes; the disk's errors as ours."""
        from filelock import FileLock, Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / _LOCK, timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise ShelfError("Other articles are being added just now.", "Try again in a moment.") from error
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise LibraryError(
                f"{self._folder} cannot be changed: {reason}.",
                "Allow writing there, free some space, or set CITEBOT_DATA elsewhere.",
            ) from error


def check_length(article: Article) -> None:
    """Raises ArticleError for an article that is too long to be added unseen."""
    if len(article.text) > MOST_CHARACTERS:
        raise ArticleError(
            f"The article has {len(article.text):,} characters; {MOST_CHARACTERS:,} are the most.",
            "Split it into several.",
        )


def _written(article: Article) -> str:
    """The file's text: front matter, then the article's own words."""
    import yaml  # type: ignore[import-untyped]

    given = {name: one_line(str(getattr(article, name) or ""), LONGEST_ADDRESS) for name in _FIELDS}
    fields = {name: value for name, value in given.items() if value}
    fields.setdefault("title", readable_name(""))  # a title that would be guessed elsewhere
    fields[FORMAT] = PLAIN  # for whoever reads the file from elsewhere
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=float("inf"))
    return f"---\n{front}---\n{plain_text(article.text)}"


def _mark(address: str) -> str:
    """What the names of files with this address end in."""
    return hashlib.sha256(address_key(address).encode()).hexdigest()[:_MARK]


def _slug(title: str) -> str:
    """A title as a file's name on any system: its words in small letters, joined by hyphens."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold())
    slug = "-".join(words).encode()[:_LONGEST_SLUG].decode(errors="ignore").strip("-")
    return f"article-{slug}".strip("-") if not slug or _DEVICE.fullmatch(slug) else slug


def _holds(path: Path, text: str) -> bool:
    """Whether a file has this text, or has it as it was written before the front matter named its format."""
    held = path.read_bytes().replace(b"\r\n", b"\n")
    return held in (text.encode(), text.replace(f"\n{FORMAT}: {PLAIN}\n---\n", "\n---\n", 1).encode())
