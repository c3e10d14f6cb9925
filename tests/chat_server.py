"""A chat model to talk to: OpenAI's protocol over real HTTP and server-sent events, with a scripted will.

    with chat_server(honest) as server: …       # server.base_url is for OPENAI_BASE_URL

Each request is answered by the next of the acts, the last of them again and again. `server.requests` are the
requests so far, so that a test sees what a model is told, or that none was asked.
"""

import contextlib
import dataclasses
import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from index.words import terms

MODEL = "scripted"
_PASSAGE = re.compile(r"<passage (\w+): \[(\d+)\][^>]*>\n(.*?)\n</passage \1>", re.DOTALL)
_QUESTION = re.compile(r"<question (\w+)>\n(.*?)\n</question \1>", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?]*[.!?]+[\"\u201d]?")
_ORDER = re.compile(
    r"[^.\n]*\b(?:ignore|repeat|write|reply|print|say|tell|send|output)\b[^\n]*", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A request for a completion, its prompt taken apart."""

    body: dict[str, Any]
    key: str

    @property
    def system(self) -> str:
        return self._said("system")

    @property
    def user(self) -> str:
        return self._said("user")

    @property
    def question(self) -> str:
        return match[2] if (match := _QUESTION.search(self.user)) else ""

    @property
    def passages(self) -> dict[int, str]:
        """The text of each passage by its number, without its title and outlet."""
        found = {int(number): text for _, number, text in _PASSAGE.findall(self.user)}
        return {n: re.sub(r"^(?:(?:Outlet|Title): .*\n)+", "", text) for n, text in found.items()}

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))

    def _said(self, role: str) -> str:
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == role)


class Response:
    """What an act answers a request with."""

    def __init__(self, handler: "_Handler", request: Request) -> None:
        self._handler = handler
        self._request = request

    def say(self, text: str, *, finish: str = "stop", pause: float = 0.0) -> None:
        """A whole answer, in pieces where it is streamed."""
        if not self._request.streams:
            self._json(200, self._whole(text, finish))
            return
        self.begin()
        for start in range(0, len(text), 9):
            self.piece(text[start : start + 9])
            time.sleep(pause)
        used = self._usage(text) if self._request.body.get("stream_options") else None
        self.finish(finish, used)

    def fail(self, status: int, code: str = "", message: str = "", **headers: str) -> None:
        """An error as OpenAI's server says it."""
        error = {"message": message or f"sk-secret {code}", "type": code, "code": code or None, "param": None}
        self._json(status, {"error": error}, _named(headers))

    def begin(self, **headers: str) -> None:
        """The head of a streamed answer; the pieces follow."""
        self._head(200, {"Content-Type": "text/event-stream", "Connection": "close", **_named(headers)})

    def piece(self, text: str) -> None:
        self.raw(self.data(text))

    def data(self, text: str) -> bytes:
        """The event that brings a piece."""
        return _event(self._chunk({"role": "assistant", "content": text}, None))

    def finish(self, reason: str, used: dict[str, int] | None = None) -> None:
        """The end of a streamed answer, with what it cost where that is told."""
        self.raw(_event(self._chunk({}, reason)))
        if used:
            self.raw(_event({**self._chunk({}, None), "choices": [], "usage": used}))
        self.raw(b"data: [DONE]\n\n")

    def raw(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def _json(self, status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(content).encode()
        length = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        self._head(status, {**length, **(headers or {})})
        self._handler.wfile.write(data)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def _chunk(self, delta: dict[str, str], finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}

    def _whole(self, text: str, finish: str) -> dict[str, Any]:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
        return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": self._usage(text)}

    def _usage(self, text: str) -> dict[str, int]:
        sent = len(self._request.system + self._request.user) // 4
        received = len(text) // 4
        return {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}


_HEAD = {"id": "chatcmpl-1", "created": 0, "model": MODEL}
Act = Callable[[Request, Response], None]


def saying(text: str, *, finish: str = "stop", pause: float = 0.0) -> Act:
    """Writes this, whatever is asked."""
    return lambda request, response: response.say(text, finish=finish, pause=pause)


def failing(status: int, code: str = "", message: str = "", **headers: str) -> Act:
    """Answers with an error; headers as `retry_after="1"`."""
    return lambda request, response: response.fail(status, code, message, **headers)


def honest(request: Request, response: Response) -> None:
    """Quotes the two sentences that share the most words with the question."""
    response.say(" ".join(f"{sentence} [{number}]" for number, sentence in _best(request)))


def lying(request: Request, response: Response) -> None:
    """Quotes them with every number changed and with "not" put in or taken out."""
    response.say(" ".join(f"{_falsified(sentence)} [{number}]" for number, sentence in _best(request)))


def obeying(request: Request, response: Response) -> None:
    """Does what passages and question order: repeats the order, prints its prompt, links and mentions."""
    orders = _ORDER.findall(request.user)
    loot = f"{request.system} [Free money](https://evil.example/?q=1) @everyone <@123> [1]"
    response.say("\n".join([*orders, loot, *request.passages.values()]))


def endless(request: Request, response: Response) -> None:
    """Never stops."""
    response.begin()
    while True:
        response.piece("and then it went on ")


def silent(request: Request, response: Response) -> None:
    """Says nothing for longer than anybody waits, then hangs up."""
    time.sleep(20)


def cut_off(request: Request, response: Response) -> None:
    """Hangs up after a sentence and a half."""
    (number, sentence), *_ = _best(request)
    response.begin()
    response.piece(f"{sentence} [{number}] The second sentence of this answer is not yet")


def malformed(request: Request, response: Response) -> None:
    """Events that are no JSON."""
    response.begin()
    response.piece("The bridge ")
    response.raw(b'data: {"choices": [{"delta": {"content": \n\n')


def narrow(characters: int) -> Act:
    """Refuses a longer prompt as one that overflows its context; is honest else."""

    def act(request: Request, response: Response) -> None:
        if len(request.user) > characters:
            response.fail(
                400, "context_length_exceeded", "This model's maximum context length is 512 tokens."
            )
        else:
            honest(request, response)

    return act


def _event(content: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _best(request: Request) -> list[tuple[int, str]]:
    asked = set(terms(request.question))
    sentences = [
        (number, " ".join(sentence.split()))
        for number, text in request.passages.items()
        for sentence in _SENTENCE.findall(text)
    ]
    return sorted(sentences, key=lambda pair: -len(asked & set(terms(pair[1]))))[:2]


def _falsified(sentence: str) -> str:
    changed = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), sentence)
    if " not " in changed:
        return changed.replace(" not ", " ", 1)
    return re.sub(r"\b(is|was|had|will|has|are|were)\b", r"\1 not", changed, count=1)


class ChatServer:
    """The server; its acts can be changed while it runs."""

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self.requests: list[Request] = []
        self._acts = list(acts)
        server = self

        class Handler(_Handler):
            chat = server

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def play(self, *acts: Act) -> None:
        """Forget the requests so far, and answer by these acts."""
        self.requests.clear()
        self._acts[:] = acts

    def answer(self, request: Request, response: Response) -> None:
        self.requests.append(request)
        act = self._acts[0] if len(self._acts) == 1 else self._acts.pop(0)
        act(request, response)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    chat: ChatServer

    def do_GET(self) -> None:
        data = json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}).encode()
        self.send_response(200 if self.path == "/v1/models" else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(body, self.headers.get("Authorization", "").removeprefix("Bearer "))
        response = Response(self, request)
        with contextlib.suppress(ConnectionError):
            if self.path == "/v1/chat/completions" and body["model"] == MODEL:
                self.chat.answer(request, response)
            else:
                self.chat.requests.append(request)
                response.fail(404, "model_not_found")
        self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: tests read what is said elsewhere."""


@contextlib.contextmanager
def chat_server(*acts: Act) -> Iterator[ChatServer]:
    """A running server that answers by these acts."""
    server = ChatServer(acts)
    try:
        yield server
    finally:
        server.close()
