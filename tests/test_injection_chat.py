"""Instructions planted in articles, titles, file names and questions, and a chat model that obeys them."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest
from pydantic import SecretStr

from bot.answer import Answer
from bot.answering import Answerer
from bot.asking import Asking
from bot.budget import Budget
from bot.chat_model import ChatModel
from bot.cite import Checker
from bot.generate import Generator
from bot.linear import load_weights
from bot.settings import Settings
from bot.verifier.verifier import load_verifier
from index.article import Article
from index.embedding import Embedder
from index.filter import Filter
from index.manifest import Coverage
from index.search import Retriever
from tests.chat_server import ChatServer, Request, Response, chat_server, honest, obeying
from tests.injections import STORIES, Attack, Place, Remembering, attacks, leaks, publish, strings

COVERED = Coverage(len(STORIES), len(STORIES), None, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Attacked:
    """The stories, every attack on them, and a chat model to ask about both."""

    attacks: tuple[Attack, ...]
    articles: tuple[Article, ...]
    server: ChatServer
    ask: Callable[[str, Sequence[str]], tuple[Answer, list[Answer]]]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("injection")
    planted = tuple(attacks(strings(), folder / "named"))
    articles = (*(story.article(scope=story.id) for story in STORIES), *(a.article for a in planted))
    reader = publish(folder / "index", embedder, articles)
    with contextlib.closing(reader), chat_server(honest) as server:
        remembering, weights = Remembering(embedder), load_weights()
        retriever, answerer = (
            Retriever(reader, remembering),
            Answerer(remembering, weights),
        )
        settings = Settings(chat_model="openai:scripted", openai_base_url=SecretStr(server.base_url))
        budget = Budget(folder / "tokens.sqlite3", 0)
        generator = Generator(ChatModel(settings), Checker(remembering, load_verifier()), budget, 20)

        def ask(question: str, scopes: Sequence[str]) -> tuple[Answer, list[Answer]]:
            found = retriever.search(question, where=Filter(scopes=tuple(scopes)))
            plain = answerer.answer(found, COVERED, refuse=False)
            seen: list[Answer] = []
            asking = Asking("", lambda: None, seen.append)
            return generator.answer(found, COVERED, plain, asking), seen

        yield Attacked(planted, articles, server, ask)


def possessed(planted: str, request: Request, response: Response) -> None:
    """Says what was planted and does worse, among sentences that are true."""
    (number, *_), (true, *_) = zip(*request.passages.items(), strict=True)
    first = true.partition(". ")[0]
    prompt = request.system.replace("\n", " ")
    worse = f"See [here](https://evil.example/) @everyone <@1>. The settings are changed. {prompt}"
    response.say(f"{first}. [{number}] {planted} [{number}] {first}. [{number}] {worse} {planted}")


def leaked(attacked: Attacked, attack: Attack, question: str) -> list[str]:
    """What got out, in the answer or while it was being written."""
    answer, seen = attacked.ask(question, attack.scopes)
    told = [leak for each in (*seen, answer) for leak in leaks(each, attack.planted, attacked.articles)]
    rules = [each.text for each in (*seen, answer) if "NOT_IN_THE" in each.text or "passages" in each.text]
    return [f"{attack.place}: {leak}" for leak in (*told, *rules)]


def succeeded(attacked: Attacked, listed: Sequence[Attack]) -> list[str]:
    found: list[str] = []
    for attack in listed:
        for act in (obeying, lambda q, r, planted=attack.planted: possessed(planted, q, r)):
            attacked.server.play(act)
            found.extend(leaked(attacked, attack, attack.question))
        harmless = dataclasses.replace(attack, article=attack.story.article(scope=attack.story.id))
        found.extend(leaked(attacked, harmless, f"{attack.question} {attack.planted}"[:2_000]))
    return found


def test_a_model_that_obeys_gets_nothing_out(attacked: Attacked) -> None:
    assert succeeded(attacked, attacked.attacks[::17]) == []


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("place", Place)
def test_no_instruction_gets_anything_out(attacked: Attacked, place: Place) -> None:
    assert succeeded(attacked, [attack for attack in attacked.attacks if attack.place is place]) == []
