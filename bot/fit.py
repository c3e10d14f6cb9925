"""Fits the ranking of sentences and the decision on refusal: writes `bot/weights.json`.

    python -m bot.fit FOLDER [FOLDER …]             each holds articles.jsonl and questions.jsonl
    python -m bot.fit FOLDER … --extra SPANS.jsonl.gz   more questions to learn refusing from, in SQuAD's form
    python -m bot.fit FOLDER … --light FOLDER           … and one that counts little in that
    python -m bot.fit FOLDER … --check              prints the five-fold figures and writes nothing

The figures printed are five-fold, grouped by article: never those of a model on its own data; without a
reader, and with the one that comes with citebot. For the form of a FOLDER see `bot.examples`.
"""

import argparse
import dataclasses
import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.candidates import Candidate
from bot.examples import Example, as_folder, load_examples
from bot.extract import SHORTLIST, Extract, Ranked, choose, compared, rank, scored
from bot.linear import MODELS, THRESHOLDS, Feature, Linear, Weights
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from bot.reader.reading import Reading
from bot.reader.sentences import read
from bot.refusal import DATED, evidence, evidence_read
from bot.scoring import holds
from bot.vectors import KeptVectors
from index.embedding import Embedder
from index.exports import Exports
from index.onnx_model import FP32, INT8
from index.search import Found

# An answer is right or wrong, and a wrong one costs what a right one gains: answer from even odds on. Without
# a reader, what comes near them is right a little oftener than its probability says.
THRESHOLD, THRESHOLD_READ = 0.45, 0.5
_FOLDS = 5
_RANKING_PENALTY = 3e-3
_REFUSAL_PENALTY = 0.03
# Extra questions are many and of one kind: each counts less than one of the sets that the figures are about.
# In a light set the share of what can be answered is no fair one: it is to teach which words answer.
_EXTRA_WEIGHT, _LIGHT_WEIGHT = 0.2, 0.1
# Where articles have no dates they are works of reference rather than news, and more of what is asked of them
# is a near miss: what was read there has to be surer. In logits, for and against.
_DATED = 0.2
# What decides where a reader has read: the score without it, and what it says. Few, for few questions.
READING = ("score", "score_behind", "reader", "reader_behind", "reader_share")

Matrix = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What is quoted for an example, and how probably it is right."""

    extract: Extract
    probability: float


class Fitter:
    """Fits on examples; knows the vectors of sentences already embedded, and what was already read."""

    def __init__(self, embedder: Embedder, reader: Reader, extra: Sequence[Example] = ()) -> None:
        self._vectors = KeptVectors(embedder, most=sys.maxsize)
        self._reader = Remembering(reader)
        self._extra = extra

    def fit(self, examples: Sequence[Example]) -> Weights:
        """The rankings on the answerable examples, then the refusals on all; without the reader on the extra
        ones too: it was trained on such, and knows them too well."""
        shortlist = _fit_ranking([(e, e.listed) for e in examples])
        everything = [*examples, *self._extra]
        short = [self._shortened(e, shortlist) for e in everything]
        sentences = _fit_ranking(list(zip(examples, short, strict=False)))
        ranked = [rank(listed, sentences) for listed in short]
        refusal = _fit_refusal(everything, [choose(r) for r in ranked], evidence)
        known = [self._read(e, r) for e, r in zip(examples, ranked, strict=False)]
        readings = _fit_ranking(list(zip(examples, known, strict=True)), READING)
        chosen = [choose(rank(listed, readings)) for listed in known]
        refusal_read = _by_date(_fit_refusal(examples, chosen, evidence_read))
        return Weights(shortlist, sentences, refusal, readings, refusal_read, THRESHOLD, THRESHOLD_READ)

    def judged(self, weights: Weights, example: Example, *, read: bool) -> Judged:
        """What these weights quote for an example, with the reader or without, and what they think of it."""
        ranked = rank(self._shortened(example, weights.shortlist), weights.sentences)
        if not read:
            extract = choose(ranked)
            return Judged(extract, weights.refusal.probability(evidence(example.found, extract)))
        extract = choose(rank(self._read(example, ranked), weights.reading))
        return Judged(extract, weights.refusal_read.probability(evidence_read(example.found, extract)))

    def _read(self, example: Example, ranked: Sequence[Ranked]) -> list[Candidate]:
        return read(self._reader, example.question, scored(ranked))

    def _shortened(self, example: Example, shortlist: Linear) -> list[Candidate]:
        best = [ranked.candidate for ranked in rank(example.listed, shortlist)[:SHORTLIST]]
        return compared(example.found, best, self._vectors)


class Remembering:
    """A reader that reads no text twice for the same question."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, str], Reading] = {}
        self.count = functools.lru_cache(maxsize=None)(reader.count)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """As `Reader.read`."""
        new = [text for text in texts if (question, text) not in self._known]
        self._known.update(
            zip(((question, text) for text in new), self._reader.read(question, new), strict=True)
        )
        return [self._known[question, text] for text in texts]


def _fit_ranking(
    examples: Sequence[tuple[Example, Sequence[Candidate]]], wanted: Sequence[str] = ()
) -> Linear:
    """The linear model under which the sentences that hold an answer get the most of a softmax."""
    from scipy.optimize import minimize

    labelled = [(listed, _labels(e, listed)) for e, listed in examples if e.answerable]
    held = [(listed, labels) for listed, labels in labelled if labels.any()]
    names = wanted or list(held[0][0][0].features)
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


def _fit_refusal(
    examples: Sequence[Example],
    extracts: Sequence[Extract],
    known: Callable[[Found, Extract], dict[str, float]],
) -> Linear:
    """The probability that what is quoted is right, out of what is `known`."""
    rows = [known(e.found, x) for e, x in zip(examples, extracts, strict=True)]
    right = [e.answerable and e.is_right(x) for e, x in zip(examples, extracts, strict=True)]
    fitted = [{name: value for name, value in row.items() if name != DATED} for row in rows]
    return _logistic(fitted, right, [e.weight for e in examples])


def _by_date(refusal: Linear) -> Linear:
    """The same, stricter where articles have no dates."""
    return Linear(refusal.intercept, {**refusal.features, DATED: Feature(0.0, 1.0, _DATED)})


def _logistic(rows: Sequence[dict[str, float]], right: Sequence[bool], counts: Sequence[float]) -> Linear:
    """Logistic regression; `counts` weigh the rows."""
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


def cross_validate(fitter: Fitter, examples: Sequence[Example]) -> tuple[list[Judged], list[Judged]]:
    """For each example what weights make of it that were fitted without its article: without the reader,
    and with it."""
    from sklearn.model_selection import GroupKFold

    judged: dict[int, tuple[Judged, Judged]] = {}
    for train, test in GroupKFold(_FOLDS).split(examples, groups=[e.group for e in examples]):
        weights = fitter.fit([examples[i] for i in train])
        for i in test:
            without, read = (fitter.judged(weights, examples[i], read=flag) for flag in (False, True))
            judged[i] = without, read
    pairs = [judged[i] for i in range(len(examples))]
    return [without for without, _ in pairs], [read for _, read in pairs]


def report(examples: Sequence[Example], judged: Sequence[Judged], threshold: float) -> Iterator[str]:
    """A line a folder: the figures of the evaluation that these models decide."""
    for folder in dict.fromkeys(e.folder for e in examples):
        rows = [(e, j) for e, j in zip(examples, judged, strict=True) if e.folder == folder]
        yes = [(e, j) for e, j in rows if e.answerable]
        right = [e.is_right(j.extract) for e, j in yes]
        answered = [
            (e, e.answerable and e.is_right(j.extract)) for e, j in rows if j.probability >= threshold
        ]
        trust = sum(1 if r else -1 for _, r in answered) / len(yes)
        wrong = sum(not e.answerable for e, _ in answered)
        refused = 1 - wrong / max(len(rows) - len(yes), 1)
        words = np.mean([sum(len(s.quote.split()) for s in j.extract.spans) for _, j in rows])
        yield (
            f"{folder:8} right {np.mean(right):.3f}   trust {trust:.3f}   refused {refused:.3f}   "
            f"answered {sum(e.answerable for e, _ in answered) / len(yes):.3f}   words {words:.0f}"
        )


def save(weights: Weights, path: Path) -> None:
    """Writes the models as `bot.linear` reads them."""
    content: dict[str, object] = {name: getattr(weights, name) for name in THRESHOLDS}
    for name in MODELS:
        content[name] = dataclasses.asdict(getattr(weights, name))
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Fit bot/weights.json on question sets.")
    parser.add_argument("folders", type=Path, nargs="+", help="holds articles.jsonl and questions.jsonl")
    parser.add_argument("--extra", type=Path, help="spans to learn refusing from as well")
    parser.add_argument("--light", type=Path, help="a folder that counts little in what is refused")
    parser.add_argument("--work", type=Path, default=Path("data/fit"), help="where the indexes are kept")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).with_name("weights.json"), help="what to write"
    )
    parser.add_argument(
        "--precision",
        choices=(FP32, INT8),
        default=FP32,
        help="of the embedding model; what is fitted is for that one",
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    work: Path = options.work / options.precision
    embedder = Embedder(exports=Exports(options.work / "models", _remark, precision=options.precision))
    examples = [e for f in options.folders for e in load_examples(f, work / f.name, embedder)]
    if options.light:
        examples += load_examples(options.light, work / options.light.name, embedder, weight=_LIGHT_WEIGHT)
    extra: list[Example] = []
    if options.extra:
        spans = as_folder(options.extra, work / "extra")
        extra = list(load_examples(spans, work / "extra" / "index", embedder, weight=_EXTRA_WEIGHT))
    fitter = Fitter(embedder, Reader(own_files()), extra)
    kinds = (("without a reader", THRESHOLD), ("with it", THRESHOLD_READ))
    for (what, threshold), judged in zip(kinds, cross_validate(fitter, examples), strict=True):
        say(f"{what}\n")
        for line in report(examples, judged, threshold):
            say(f"  {line}\n")
    if not options.check:
        save(fitter.fit(examples), options.out)


def _remark(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
