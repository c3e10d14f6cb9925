"""Fits the ranking of sentences and the decision on refusal: writes `bot/weights.json`.

    python -m bot.fit FOLDER [FOLDER …]             each holds articles.jsonl and questions.jsonl
    python -m bot.fit FOLDER … --extra SPANS.jsonl.gz   more questions to learn refusing from, in SQuAD's form
    python -m bot.fit FOLDER … --check              prints the five-fold figures and writes nothing

A question line has `question`, `answers` (strings; one of them in a quote makes it right), `articles` and
`answerable`; a line of spans has `question`, `context` and `answer` (null where the context has none). The
figures printed are five-fold, grouped by article: never those of a model on its own data.
"""

import argparse
import dataclasses
import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.candidates import Candidate, candidates, with_similarities
from bot.extract import SHORTLIST, Extract, Ranked, choose
from bot.linear import Feature, Linear, Weights
from bot.refusal import evidence
from bot.scoring import holds, taken_in
from index.embedding import Embedder
from index.generations import Reader
from index.library import Library
from index.passages import Cutter
from index.search import Found, Retriever
from index.sync import make_recipe, sync

# An answer is right or wrong, and a wrong one costs what a right one gains: answer from even odds on.
THRESHOLD = 0.5
_FOLDS = 5
_RANKING_PENALTY = 3e-3
_REFUSAL_PENALTY = 0.03
# Extra questions are many and of one kind: each counts less than one of the sets that the figures are about.
_EXTRA_WEIGHT = 0.2
_CONTEXTS_OF_AN_ARTICLE = 35
_SIMILARITY = ("similarity", "similarity_behind")

Matrix = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A question of a development set with what a search found for it."""

    folder: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    group: str
    found: Found
    listed: tuple[Candidate, ...]

    def is_right(self, extract: Extract) -> bool:
        """Whether the first two quotes, 70 words of them, hold an answer."""
        return holds(taken_in([span.quote for span in extract.spans]), self.answers)


class Fitter:
    """Fits on examples; knows the vectors of sentences already embedded."""

    def __init__(self, embedder: Embedder, extra: Sequence[Example] = ()) -> None:
        self._embedder = embedder
        self._extra = extra
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def fit(self, examples: Sequence[Example]) -> Weights:
        """Both rankings on the answerable examples, then the refusal on all and on the extra ones."""
        shortlist = _fit_ranking([(e.listed, _labels(e, e.listed)) for e in examples if e.answerable])
        short = [(e, self._shortened(e, shortlist)) for e in examples]
        ranking = _fit_ranking([(listed, _labels(e, listed)) for e, listed in short if e.answerable])
        everything = [*examples, *self._extra]
        extracts = [self._extract(e, shortlist, ranking) for e in everything]
        rows = [evidence(e.found, x) for e, x in zip(everything, extracts, strict=True)]
        right = [e.answerable and e.is_right(x) for e, x in zip(everything, extracts, strict=True)]
        counts = [1.0] * len(examples) + [_EXTRA_WEIGHT] * len(self._extra)
        return Weights(shortlist, ranking, _fit_refusal(rows, right, counts), THRESHOLD)

    def judged(self, weights: Weights, example: Example) -> tuple[Extract, float]:
        """What these weights quote for an example, and how probable they hold it to be right."""
        extract = self._extract(example, weights.shortlist, weights.sentences)
        return extract, weights.refusal.probability(evidence(example.found, extract))

    def _extract(self, example: Example, shortlist: Linear, ranking: Linear) -> Extract:
        short = self._shortened(example, shortlist)
        return choose([Ranked(c, ranking.score(c.features)) for c in short])

    def _shortened(self, example: Example, shortlist: Linear) -> tuple[Candidate, ...]:
        """The best candidates by their words, with their similarities."""
        best = sorted(example.listed, key=lambda c: -shortlist.score(c.features))[:SHORTLIST]
        new = [c.quote for c in best if c.quote not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embedder.embed(new), strict=True))
        similarities = [float(self._vectors[c.quote] @ example.found.vector) for c in best]
        return tuple(with_similarities(best, similarities))


def _fit_ranking(examples: Sequence[tuple[Sequence[Candidate], Matrix]]) -> Linear:
    """The linear model under which the sentences that hold an answer get the most of a softmax."""
    from scipy.optimize import minimize

    held = [(listed, labels) for listed, labels in examples if labels.any()]
    names = list(held[0][0][0].features)
    blocks = [np.array([[c.features[name] for name in names] for c in listed]) for listed, _ in held]
    mean, scale = _standard(np.vstack(blocks))
    tables = [((block - mean) / scale, labels) for block, (_, labels) in zip(blocks, held, strict=True)]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, labels in tables:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            right = float(shares @ labels)
            total -= float(np.log(right + 1e-12))
            slope -= table.T @ (shares * labels / (right + 1e-12) - shares)
        count = len(tables)
        penalty = _RANKING_PENALTY * float(weights @ weights)
        return total / count + penalty, slope / count + 2 * _RANKING_PENALTY * weights

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return _linear(names, mean, scale, fitted, 0.0)


def _fit_refusal(rows: Sequence[dict[str, float]], right: Sequence[bool], counts: Sequence[float]) -> Linear:
    """Logistic regression: the probability that what is quoted is right; `counts` weigh the rows."""
    from sklearn.linear_model import LogisticRegression

    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    mean, scale = _standard(table)
    model = LogisticRegression(C=_REFUSAL_PENALTY, max_iter=5000)
    model.fit((table - mean) / scale, right, sample_weight=counts)
    return _linear(names, mean, scale, model.coef_[0], float(model.intercept_[0]))


def _standard(table: Matrix) -> tuple[Matrix, Matrix]:
    scale = table.std(axis=0)
    return table.mean(axis=0), np.where(scale > 1e-9, scale, 1.0)


def _linear(names: Sequence[str], mean: Matrix, scale: Matrix, weights: Matrix, intercept: float) -> Linear:
    columns = zip(names, mean, scale, weights, strict=True)
    return Linear(intercept, {n: Feature(*(round(float(x), 6) for x in (m, s, w))) for n, m, s, w in columns})


def _labels(example: Example, listed: Sequence[Candidate]) -> Matrix:
    return np.array([float(holds(c.quote, example.answers)) for c in listed])


def load_examples(folder: Path, work: Path, embedder: Embedder) -> Iterator[Example]:
    """The questions of a development set, searched in an index of its articles that is kept in `work`."""
    cutter = Cutter(embedder)
    sync(Library([folder / "articles.jsonl"]), cutter, embedder, work, progress=_progress)
    retriever = Retriever(Reader(work, make_recipe(cutter, embedder)), embedder)
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row.get("answerable") is None:
                continue
            found = retriever.search(row["question"])
            group = row["articles"][0] if row["articles"] else f"none {number % 40}"
            yield Example(
                folder=folder.name,
                question=row["question"],
                answers=tuple(row["answers"]),
                answerable=row["answerable"],
                group=f"{folder.name} {group}",
                found=found,
                listed=tuple(candidates(found)),
            )


def as_folder(spans: Path, folder: Path, *, every: int = 1) -> Path:
    """Every `every`-th paragraph as articles of some paragraphs each, with its questions, in `folder`."""
    opener = gzip.open if spans.suffix == ".gz" else open
    with opener(spans, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    taken = list(dict.fromkeys(row["context"] for row in rows))[::every]
    numbers = {context: n for n, context in enumerate(taken)}
    rows = [row for row in rows if row["context"] in numbers]
    articles: dict[str, list[str]] = {}
    for context, number in numbers.items():
        articles.setdefault(_article_of(number), []).append(context)
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(
        folder / "articles.jsonl",
        ({"id": id, "title": "", "text": "\n".join(contexts)} for id, contexts in articles.items()),
    )
    _write_lines(
        folder / "questions.jsonl",
        (
            {
                "question": row["question"],
                "answers": [row["answer"]] if row["answer"] else [],
                "articles": [_article_of(numbers[row["context"]])],
                "answerable": row["answer"] is not None,
            }
            for row in rows
        ),
    )
    return folder


def _article_of(number: int) -> str:
    return f"spans {number // _CONTEXTS_OF_AN_ARTICLE}"


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def cross_validate(fitter: Fitter, examples: Sequence[Example]) -> list[tuple[Extract, float]]:
    """For each example what a model quotes, and its confidence, that was fitted without its article."""
    from sklearn.model_selection import GroupKFold

    judged: list[tuple[Extract, float] | None] = [None] * len(examples)
    folds = GroupKFold(_FOLDS).split(examples, groups=[e.group for e in examples])
    for train, test in folds:
        weights = fitter.fit([examples[i] for i in train])
        for i in test:
            judged[i] = fitter.judged(weights, examples[i])
    return [j for j in judged if j is not None]


def report(examples: Sequence[Example], judged: Sequence[tuple[Extract, float]]) -> Iterator[str]:
    """A line a folder: the figures of the evaluation that these models decide."""
    for folder in dict.fromkeys(e.folder for e in examples):
        rows = [(e, *j) for e, j in zip(examples, judged, strict=True) if e.folder == folder]
        yes = [(e, x, p) for e, x, p in rows if e.answerable]
        right = [e.is_right(x) for e, x, _ in yes]
        answered = [(e, e.answerable and e.is_right(x)) for e, x, p in rows if p >= THRESHOLD]
        trust = sum(1 if r else -1 for _, r in answered) / len(yes)
        wrong = sum(not e.answerable for e, _ in answered)
        refused = 1 - wrong / max(len(rows) - len(yes), 1)
        words = np.mean([sum(len(s.quote.split()) for s in x.spans) for _, x, _ in rows])
        yield (
            f"{folder:8} right {np.mean(right):.3f}   trust {trust:.3f}   refused {refused:.3f}   "
            f"answered {sum(e.answerable for e, _ in answered) / len(yes):.3f}   words {words:.0f}"
        )


def save(weights: Weights, path: Path) -> None:
    """Writes the models as `bot.linear` reads them."""
    content: dict[str, object] = {"threshold": weights.threshold}
    for name in ("shortlist", "sentences", "refusal"):
        content[name] = dataclasses.asdict(getattr(weights, name))
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Fit bot/weights.json on question sets.")
    parser.add_argument("folders", type=Path, nargs="+", help="holds articles.jsonl and questions.jsonl")
    parser.add_argument("--extra", type=Path, help="spans to learn refusing from as well")
    parser.add_argument("--work", type=Path, default=Path("data/fit"), help="where the indexes are kept")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).with_name("weights.json"), help="what to write"
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    embedder = Embedder()
    examples = [e for f in options.folders for e in load_examples(f, options.work / f.name, embedder)]
    extra: list[Example] = []
    if options.extra:
        spans = as_folder(options.extra, options.work / "extra")
        extra = list(load_examples(spans, options.work / "extra" / "index", embedder))
    fitter = Fitter(embedder, extra)
    for line in report(examples, cross_validate(fitter, examples)):
        say(line + "\n")
    if not options.check:
        save(fitter.fit(examples), options.out)


def _progress(done: int, total: int, what: str) -> None:
    if done == total:
        sys.stderr.write(f"indexed {total:,} bytes of articles\n")


if __name__ == "__main__":
    main()
