"""A chat model: made by LangChain, asked for text as it comes, its failures put into words."""

import dataclasses
import queue
import re
import threading
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot.answer import Tokens
from bot.chat_errors import broken, in_words, too_slow, was_taken
from bot.patience import SLICE, Patience
from bot.prompt import Prompt, count_tokens
from bot.providers import CONTEXT, Provider, provider_of
from bot.settings import Settings
from index.errors import ChatModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

# What an answer has at most, in characters; a model that writes on and on is stopped there.
LONGEST = 12_000
_ENDINGS = ("finish_reason", "stop_reason", "done_reason")
_CUT = frozenset({"length", "max_tokens", "model_length"})
_DECLINED = frozenset(
    {"content_filter", "refusal", "safety", "recitation", "prohibited_content", "blocklist"}
)


@dataclasses.dataclass(slots=True)
class Reply:
    """What has come of a reply. `cut` tells that it reached a limit, so that its end is missing."""

    text: str = ""
    cut: bool = False
    tokens: Tokens = dataclasses.field(default_factory=Tokens)


class ChatModel:
    """A chat model under its name, "openai:…"; it reads `context` tokens. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        """Raises ChatModelError where a package or key is missing. No request is sent."""
        self.name = settings.chat_model or ""
        self._settings = settings
        self._provider = provider_of(settings)
        self._model = _make(self._provider, settings)
        known = (self._model.profile or {}).get("max_input_tokens")
        self.context: int = settings.chat_context or known or CONTEXT

    def stream(self, prompt: Prompt, patience: Patience, reply: Reply) -> Generator[str]:
        """The model's words as they come. `reply` holds what has come, and what it cost even on failure.

        Raises ChatModelError, and whatever the patience's `check` raises.
        """
        if not patience.left:
            raise too_slow(patience.seconds)
        # The request runs in a thread of its own: a socket that is read cannot be given up, a queue can.
        request, taken = _Request(self._model, prompt), True
        try:
            yield from self._received(request, patience, reply)
        except _Failed as failed:
            taken = was_taken(failed.error)
            raise in_words(failed.error, self._provider, self._settings, begun=bool(reply.text)) from None
        finally:
            request.given_up.set()
            if taken or reply.text:
                reply.tokens = _cost(reply, prompt)

    def _received(self, request: "_Request", patience: Patience, reply: Reply) -> Iterator[str]:
        ending = ""
        for chunk in request.chunks(patience):
            text = str(chunk.text)
            reply.text += text
            reply.tokens += _usage(chunk)
            ending = _ending(chunk.response_metadata) or ending
            if text:
                yield text
            if len(reply.text) > LONGEST:
                ending = "length"
                break
        if ending in _DECLINED:
            raise ChatModelError("The chat model declined to answer.")
        if not ending:
            raise broken()
        reply.cut = ending in _CUT

    def say(self, prompt: Prompt, patience: Patience, reply: Reply) -> str:
        """The whole reply, without the white space around it. Raises ChatModelError."""
        return "".join(self.stream(prompt, patience, reply)).strip()


class _Failed(Exception):
    """Carries an error out of the thread of a request."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class _Request:
    """A request under way; once `given_up` is set, it is closed with the next words that come."""

    def __init__(self, model: "BaseChatModel", prompt: Prompt) -> None:
        self.given_up = threading.Event()
        self._queue: queue.Queue[AIMessageChunk | Exception | None] = queue.Queue()
        # A daemon: leaving does not wait for a server that is silent.
        threading.Thread(target=self._run, args=(model, prompt), name="chat model", daemon=True).start()

    def _run(self, model: "BaseChatModel", prompt: Prompt) -> None:
        try:
            length = 0
            for chunk in model.stream([("system", prompt.system), ("human", prompt.user)]):
                self._queue.put(chunk)
                length += len(str(chunk.text))
                if self.given_up.is_set() or length > LONGEST:
                    break
            self._queue.put(None)
        except Exception as error:
            self._queue.put(error)

    def chunks(self, patience: Patience) -> "Iterator[AIMessageChunk]":
        """What comes, until the end. Raises _Failed, ChatModelError where it takes too long."""
        while True:
            patience.check()
            if not patience.left:
                raise too_slow(patience.seconds)
            try:
                item = self._queue.get(timeout=min(SLICE, patience.left or SLICE))
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise _Failed(item)
            yield item


def _make(provider: Provider, settings: Settings) -> "BaseChatModel":
    arguments = provider.arguments(settings)
    model = (settings.chat_model or "").partition(":")[2]
    try:
        from langchain.chat_models import init_chat_model

        made: BaseChatModel = init_chat_model(model, model_provider=provider.name, **arguments)
        return made
    except ImportError as error:
        raise ChatModelError(
            f"The package for {provider.name} models is not installed.", _installing(provider, str(error))
        ) from None
    except Exception as error:
        # Its text may hold what the model was made with.
        if isinstance(error, ValueError) and str(error).startswith("Unsupported"):
            raise ChatModelError(
                f"There is no provider {provider.name}.",
                "CHAT_MODEL begins with openai:, anthropic:, google:, ollama: or another of LangChain's.",
            ) from None
        raise ChatModelError(
            f"The chat model {settings.chat_model} cannot be set up ({type(error).__name__}).",
            f"Check CHAT_MODEL, and the key of its provider. {provider.key_hint}".rstrip(),
        ) from None


def _installing(provider: Provider, error: str) -> str:
    if provider.extra:
        return f"Install it: pip install -c constraints.txt -e '.[{provider.extra}]'"
    package = re.search(r"pip install ([\w.-]+\w)", error)
    return f"Install it: pip install {package[1]}" if package else "LangChain's pages name it."


def _ending(metadata: Mapping[str, Any]) -> str:
    """Why the model stopped, in lower case; "" while it goes on."""
    said = next((metadata[name] for name in _ENDINGS if metadata.get(name)), "")
    return str(getattr(said, "name", said)).lower()


def _usage(chunk: "AIMessageChunk") -> Tokens:
    used = chunk.usage_metadata
    return Tokens(used["input_tokens"], used["output_tokens"]) if used else Tokens()


def _cost(reply: Reply, prompt: Prompt) -> Tokens:
    """What the provider counted; about what it will have counted, where it does not say."""
    written = count_tokens(reply.text) if reply.text else 0
    return Tokens(reply.tokens.sent or prompt.tokens, reply.tokens.received or written)
