"""Answers, passages and articles for a terminal, as Rich renderables; piped, the same as plain text.

Whatever an article says is a `Text`: markup, escapes and control characters in it are never interpreted.
Print with `crop=False`, so that an address longer than the window stays whole.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot import render
from bot.answer import Answer, Citation
from bot.plain import one_line, plain, web
from bot.render import Segment
from index.article import ArticleInfo, Hit, Passage

# Below this width a table's columns would be slivers; sources are then set one under the other.
_NARROW = 60
# What a table of articles leaves for date and title, at least.
_TITLES = 40


def answer(answer: Answer, width: int) -> RenderableType:
    """The answer with its sources, or the refusal with what lies nearest."""
    parts = _refusal(answer) if answer.refused else _answered(answer, width)
    if answer.notes:
        parts.append(Group(*(Text(one_line(note), "yellow") for note in answer.notes)))
    return Group(*_apart(parts))


def partial(answer: Answer) -> RenderableType:
    """An answer that is still being written: its text so far."""
    return _marked(answer).append(" …", "dim")


def _answered(answer: Answer, width: int) -> list[RenderableType]:
    said = _differ(answer) if answer.is_disputed else _marked(answer)
    parts: list[RenderableType] = [said, sources(answer, width)]
    if answer.forced:
        parts.insert(0, Text(render.FORCED, "yellow"))
    if as_of := render.as_of(answer):
        parts.append(Text(as_of, "dim"))
    if answer.differing and not answer.is_disputed:
        parts.append(_differ(answer))
    return parts


def _differ(answer: Answer) -> RenderableType:
    """The quotes that differ, newest first, each with its outlet and date, and its marker if it has one."""
    quotes = (_differing(citation, marked=answer.is_disputed) for citation in answer.differing)
    return Group(Text(f"{render.DIFFER}:", "yellow"), *quotes)


def _differing(citation: Citation, *, marked: bool) -> RenderableType:
    said = _styled(render.quoted(citation), {})
    if marked:
        link = web(citation.link or "")
        said.append(" ").append(f"[{citation.number}]", Style(color="cyan", link=link))
    return _hanging("-", said.append(f" ({render.told(citation)})", "dim"), 2)


def _refusal(answer: Answer) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(render.REFUSAL, "bold")]
    if answer.closest:
        parts.append(Group(Text(render.CLOSEST), _differing(answer.closest, marked=False)))
    if answer.nearest:
        parts.append(
            Group(
                Text("Nearest:"),
                *(_headline(render.attributed(answer, article)) for article in answer.nearest),
            )
        )
    if covered := render.covered(answer):
        parts.append(Text(covered, "dim"))
    return parts


def _headline(article: ArticleInfo) -> RenderableType:
    byline = render.byline(article)
    return _hanging("-", Text(one_line(article.title)).append(f" ({byline})" if byline else "", "dim"), 2)


def _marked(answer: Answer) -> Text:
    """The answer's text with its markers and the words that answer set off."""
    return _styled(render.segments(answer), dict(render.links(answer)))


def _styled(segments: Iterable[Segment], links: Mapping[int, str]) -> Text:
    text = Text()
    for segment in segments:
        if segment.marker is None:
            text.append(segment.text, "bold" if segment.focus else None)
        else:
            text.append(segment.text, Style(color="cyan", link=web(links.get(segment.marker, ""))))
    text.rstrip()
    return text


def sources(answer: Answer, width: int) -> RenderableType:
    """The cited articles and their addresses: a table, or one under the other in a narrow window."""
    if not answer.sources:
        return Text("No sources.", "dim")
    listed = _stack(answer) if width < _NARROW else _table(answer)
    addresses = [_address(number, link) for number, link in render.links(answer)]
    return Group(*_apart([listed, Group(*addresses)])) if addresses else listed


def _stack(answer: Answer) -> RenderableType:
    return Group(*(_stacked(answer, article) for article in answer.sources))


def _stacked(answer: Answer, article: ArticleInfo) -> RenderableType:
    source = render.attributed(answer, article)
    title, byline = Text(one_line(article.title)), render.byline(source, render.pages(answer, article))
    about = Group(title, Text(byline, "dim")) if byline else title
    return _hanging(_cited(render.numbers(answer, article)), about)


def _table(answer: Answer) -> Table:
    return _filled(_SOURCES, [_row(answer, article) for article in answer.sources])


def _row(answer: Answer, article: ArticleInfo) -> tuple[str, ...]:
    return (
        _cited(render.numbers(answer, article)),
        article.title,
        render.attributed(answer, article).source or "",
        render.day(article.published) if article.published else "",
        render.pages(answer, article),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Column:
    """How a column looks; one that is `whole` is never wrapped."""

    heading: str = ""
    style: str = ""
    whole: bool = False


_SOURCES = (
    _Column("number", "cyan", whole=True),
    _Column("title"),
    _Column("outlet", "dim"),
    _Column("date", "dim", whole=True),
    _Column("pages", "dim", whole=True),
)
_ARTICLES = (
    _Column("Date", whole=True),
    _Column("Title"),
    _Column("Outlet", whole=True),
    _Column("Id", "dim", whole=True),
)


def _filled(columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> Table:
    """A table of the columns that any row fills."""
    table = Table.grid(padding=(0, 2, 0, 0))
    kept = [position for position, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    for column in (columns[position] for position in kept):
        table.add_column(column.heading, style=column.style, no_wrap=column.whole, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(row[position])) for position in kept))
    return table


def _cited(numbers: Iterable[int]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


def _address(number: int, link: str) -> Text:
    """The whole address on one line, however long: it must survive copying."""
    line = Text(no_wrap=True, overflow="ignore").append(f"[{number}] ", "cyan")
    return line.append("".join(plain(link).split()), Style(dim=True, link=web(link)))


def quote(citation: Citation) -> RenderableType:
    """A quote set off within its passage, below the article's title and date, above its address."""
    passage = citation.passage
    start, end = citation.start - passage.start, citation.end - passage.start
    parts: list[RenderableType] = [
        Group(*_titled(passage, citation.page)),
        Text(one_line(passage.text[:start]), "dim"),
        _hanging(">", _styled(render.quoted(citation), {})),
        Text(one_line(passage.text[end:]), "dim"),
    ]
    if citation.link:
        parts.append(_address(citation.number, citation.link))
    return Group(*_apart([part for part in parts if not isinstance(part, Text) or part.plain]))


def _titled(passage: Passage, page: int | None) -> list[Text]:
    byline = render.byline(passage.article, f"p. {page}" if page else "")
    return [Text(one_line(passage.article.title), "bold"), *([Text(byline, "dim")] if byline else [])]


def hits(hits: Sequence[Hit]) -> RenderableType:
    """Passages, best first, each with its article and score."""
    return Group(*_apart([_hit(number, hit) for number, hit in enumerate(hits, 1)]))


def _hit(number: int, hit: Hit) -> RenderableType:
    title, *byline = _titled(hit.passage, hit.passage.page)
    about = ", ".join([*(line.plain for line in byline), f"score {hit.score:.2f}"])
    return _hanging(f"{number}.", Group(title, Text(about, "dim"), Text(one_line(hit.passage.text))))


def articles(articles: Sequence[ArticleInfo], width: int, copies: int = 0) -> RenderableType:
    """The articles in the order given: date, title, outlet, id; and how many are copies of another."""
    longest = (max((len(one_line(text)) for text in texts), default=0) for texts in _whole(articles))
    # An id is there to be copied: where it would be broken, everything stands one under the other.
    listed = _table_of(articles) if width - sum(longest) >= _TITLES else _stack_of(articles)
    counted = Text(f"{len(articles):,} articles{render.copied(copies)}", "dim")
    return Group(*_apart([listed, counted])) if copies else listed


def _whole(articles: Sequence[ArticleInfo]) -> tuple[list[str], list[str]]:
    """What a table of articles does not break."""
    return [article.id for article in articles], [article.source or "" for article in articles]


def _stack_of(articles: Sequence[ArticleInfo]) -> RenderableType:
    return Group(*_apart([_listed(article) for article in articles]))


def _table_of(articles: Sequence[ArticleInfo]) -> Table:
    dates = (article.published.isoformat() if article.published else "" for article in articles)
    rows = [(date, a.title, a.source or "", a.id) for date, a in zip(dates, articles, strict=True)]
    table = _filled(_ARTICLES, rows)
    table.show_header, table.header_style = True, "bold"
    return table


def _listed(article: ArticleInfo) -> RenderableType:
    byline = render.byline(article)
    id = Text(one_line(article.id), "dim", no_wrap=True, overflow="ignore")
    return Group(Text(one_line(article.title)), *([Text(byline, "dim")] if byline else []), id)


def _hanging(mark: str, content: RenderableType, indent: int = 0) -> RenderableType:
    """`content` behind `mark`, all its lines indented as far."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, style="cyan")
    grid.add_column(overflow="fold")
    grid.add_row(mark, content)
    return Padding(grid, (0, 0, 0, indent)) if indent else grid


def _apart(parts: Sequence[RenderableType]) -> list[RenderableType]:
    """The parts with an empty line between them."""
    spaced = [item for part in parts for item in (Text(""), part)]
    return spaced[1:]
