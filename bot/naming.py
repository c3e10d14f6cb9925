"""Which article a person means: by its id, its address or its title."""

from collections.abc import Callable, Iterator, Sequence

from bot.plain import one_line
from index.address import address_key
from index.article import ArticleInfo
from index.clean import web_address
from index.errors import ArticleError

_SHOWN = 5


def named(
    articles: Sequence[ArticleInfo], name: str, prefers: Callable[[ArticleInfo], bool] = lambda article: False
) -> ArticleInfo:
    """The one article with this id or address, else the one with this title, or with it in its title.

    Of several that are named in full it is the one that the caller `prefers`. Raises ArticleError where there
    is none, or more than one.
    """
    for is_full, found in _readings(articles, name.strip()):
        if len(found) > 1 and is_full:
            found = list(filter(prefers, found)) or found
        if len(found) > 1:
            shown = ", ".join(f"{one_line(article.title)} ({article.id})" for article in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise ArticleError(f"{_quoted(name)} may be {shown}{more}.", "Name one by its id.")
        if found:
            return found[0]
    raise ArticleError(f"There is no article {_quoted(name)}.", "`citebot articles` lists them all.")


def _readings(articles: Sequence[ArticleInfo], name: str) -> Iterator[tuple[bool, list[ArticleInfo]]]:
    """What a name may mean, the surest first, and whether it names that in full."""
    yield True, [article for article in articles if article.id == name]
    if web_address(name):
        key = address_key(name)
        yield True, [article for article in articles if article.url and address_key(article.url) == key]
        return
    folded = one_line(name).casefold()
    titles = [(one_line(article.title).casefold(), article) for article in articles]
    yield True, [article for title, article in titles if title == folded]
    yield False, [article for title, article in titles if folded and folded in title]


def _quoted(name: str) -> str:
    return f"“{one_line(name)}”"
