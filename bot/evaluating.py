"""`citebot eval`: the figures of a set of questions, printed, drawn, or held against earlier ones."""

import dataclasses
import functools
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot import evaluation
from bot.comparing import Change, Comparison, compare
from bot.console import Out, Waiting
from bot.evaluation import Evaluation
from bot.plain import one_line
from bot.plotting import Picture
from bot.question_set import read_set
from bot.render import counted
from bot.scoring import MOST_PASSAGES, Score, figures, hits
from bot.settings import Settings
from index.errors import EvaluationError

_AS_ASKED, _UNREFUSED = "as asked", "nothing refused"
_STEPS = 200
_NAMED = (0.0, 0.25, 0.5, 0.75, 0.9)


def run(folder: Path, *, as_json: bool, plot: Path | None, old: Path | None) -> None:
    """Asks the questions in `folder` and prints what the answers are worth. Raises CitebotError."""
    out, waiting = Out(as_json=as_json), Waiting()
    # What can be wrong with the arguments is said before minutes of work.
    known = read_set(folder)
    earlier = Evaluation.parse(old) if old else None
    picture = Picture(plot, panels=2) if plot else None
    if known.skipped:
        count = "1 question does" if known.skipped == 1 else f"{known.skipped:,} questions do"
        waiting.notice(f"{count} not say whether it can be answered: left out.")
    settings = Settings.load()
    waiting.notice(f"The index of these articles lies in {evaluation.place(settings, folder)}")
    notice = functools.cache(waiting.notice)  # what every answer gives cause for is said once
    with (
        waiting.during("Asking the questions"),
        evaluation.opened(settings, folder, known, waiting.progress, notice) as app,
    ):
        now = evaluation.evaluate(app, folder, known, waiting.advance, notice)
    compared = _compared(earlier, now, waiting) if earlier else None
    if as_json:
        out.line(json.dumps({**now.as_json(), **(_changes(compared) if compared else {})}))
    else:
        out.show(_figures(now) if compared is None else _comparison(compared))
    if picture and plot:
        _draw(picture, now)
        picture.save()
        waiting.notice(f"Drawn: {plot}")


def _compared(earlier: Evaluation, now: Evaluation, waiting: Waiting) -> Comparison:
    compared = compare(earlier.asked, now.asked)
    if not compared.after:
        raise EvaluationError("The earlier evaluation asked none of these questions.", "Name another file.")
    if len(compared.after) < max(len(now.asked), len(earlier.asked)):
        waiting.notice(f"Compared: {counted(len(compared.after), 'question')}, those that are in both sets.")
    for name, before, after in (
        ("EMBEDDING_MODEL", earlier.embedding, now.embedding),
        ("EMBEDDING_PRECISION", earlier.precision, now.precision),
        ("READER_MODEL", earlier.reader or now.reader, now.reader),
        ("CHAT_MODEL", earlier.chat, now.chat),
        ("citebot", earlier.version, now.version),
    ):
        if before != after:
            waiting.notice(f"{name} was {before}, and is {after} now.")
    if earlier.digest not in (None, now.digest):
        waiting.notice("The articles are not the same as they were.")
    return compared


def _figures(now: Evaluation) -> RenderableType:
    table = _table("", _AS_ASKED, _UNREFUSED)
    asked, forced = figures(now.asked), figures(now.forced)
    for name in asked:
        table.add_row(name, _shown(name, asked[name]), _shown(name, forced[name]))
    answerable = sum(score.answerable for score in now.asked)
    questions, indexed = counted(len(now.asked), "question"), counted(now.articles, "article")
    about = f"{questions}, {answerable:,} of them answerable; {indexed}."
    return Group(table, Text(""), Text(about, "dim"))


def _comparison(compared: Comparison) -> RenderableType:
    table = _table("", "before", "now", "change")
    before, after = figures(compared.before), figures(compared.after)
    for name, old in before.items():
        new = after[name]
        moved = _signed(name, new - old) if old is not None and new is not None else ""
        table.add_row(name, _shown(name, old), _shown(name, new), moved)
    same = len(compared.after) - compared.better - compared.worse
    said = f"Answers: {compared.better:,} better, {compared.worse:,} worse, {same:,} as good as before."
    if compared.better or compared.worse:
        said += f" By chance alone, so uneven a change happens in {compared.chance:.1%} of cases."
    parts: list[RenderableType] = [table, Text(""), Text(said)]
    if compared.changes:
        parts += [Text(""), _listed(compared.changes)]
    return Group(*parts)


def _listed(changes: Sequence[Change]) -> Table:
    listed = Table.grid("", "", padding=(0, 3, 0, 0))
    for change in changes:
        listed.add_row(Text(change.what, _colour(change)), Text(one_line(change.after.question)))
    return listed


def _table(*headings: str) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.show_header = True
    for heading in headings:
        table.add_column(heading, header_style="bold", justify="right" if heading else "left")
    return table


def _colour(change: Change) -> str:
    return "green" if change.gain > 0 else "red" if change.gain < 0 else "dim"


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if name == "words" else f"{value:.3f}"


def _signed(name: str, change: float) -> str:
    return f"{change:+.1f}" if name == "words" else f"{change:+.3f}"


def _changes(compared: Comparison) -> dict[str, object]:
    """For programs: what changed, question by question."""
    return {
        "before": figures(compared.before),
        "better": compared.better,
        "worse": compared.worse,
        "chance": compared.chance,
        "changes": [
            {"what": c.what, "before": dataclasses.asdict(c.before), "after": dataclasses.asdict(c.after)}
            for c in compared.changes
        ],
    }


def _draw(picture: Picture, now: Evaluation) -> None:
    """Right against wrong over the refusal threshold, and hit@k."""
    trade, found = picture.axes
    trade.plot(*zip(*(_at(now, step / _STEPS) for step in range(_STEPS + 1)), strict=True))
    for threshold in _NAMED:
        trade.annotate(f"{threshold:g}", _at(now, threshold), fontsize=8)
    trade.plot(*_shares(now.asked, now.asked), "o", label=_AS_ASKED)
    trade.set(
        xlabel="wrong answers", ylabel="right answers", title="Over the confidence that an answer needs"
    )
    trade.legend(loc="lower right")
    found.plot(range(1, MOST_PASSAGES + 1), hits(now.asked), "o-")
    found.set(xlabel="k", ylabel="hit@k", title="An answer stands in the first k passages", ylim=(0, 1.02))


def _at(now: Evaluation, threshold: float) -> tuple[float, float]:
    """The shares of wrong and right answers where the less confident ones are refused."""
    return _shares([score for score in now.forced if score.confidence >= threshold], now.forced)


def _shares(given: Sequence[Score], all: Sequence[Score]) -> tuple[float, float]:
    """Wrong and right answers among `given`, to a question of `all` that can be answered."""
    answerable = max(sum(score.answerable for score in all), 1)
    counts = Counter(score.outcome for score in given)
    return counts["wrong"] / answerable, counts["right"] / answerable
