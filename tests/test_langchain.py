"""The index in LangChain's hands: real chains and agents; the chat models alone follow a script."""

import asyncio
import datetime
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_core.runnables import ConfigurableField, Runnable, RunnablePassthrough
from langchain_core.tools import BaseTool, create_retriever_tool
from pydantic import ValidationError

from index.embedding import Embedder
from index.errors import StoreError, StoreMismatch, StoreMissing
from index.langchain import CitebotRetriever
from tests.collection import Collection
from tests.command import CHECKOUT, Command, environment, exported, with_model

COST = "how much did the harbour bridge cost?"
BRIDGE = {
    "id": "bridge",
    "title": "Harbour bridge opens",
    "url": "https://news.example/bridge",
    "source": "Harbour Times",
    "published": "2024-06-01",
    "author": "Ida Berg",
    "language": "en",
    "text": "The new bridge over Elm Harbour opened on Saturday. It cost 41 million euros, the mayor said.",
}
FERRY = {
    "id": "ferry",
    "title": "Ferries stay",
    "source": "Ferry Post",
    "published": "2024-05-02",
    "text": "Ferries beside the harbour bridge will cost two euros a crossing until September.",
}
NIGHT_TRAIN = {"id": "train", "title": "Night train", "text": "A night train to Lund starts in the autumn."}


def write(collection: Collection, *records: dict[str, str]) -> None:
    collection.write("news.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    collection.sync()


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Collection:
    made = Collection(tmp_path_factory.mktemp("langchain"), embedder)
    write(made, BRIDGE, FERRY, NIGHT_TRAIN)
    return made


@pytest.fixture(scope="module")
def retriever(collection: Collection) -> Iterator[CitebotRetriever]:
    with over(collection) as opened:
        yield opened


def over(collection: Collection, **fields: Any) -> CitebotRetriever:
    """A retriever that shares the one model of all tests."""
    return CitebotRetriever(reader=collection.reader(), embedder=collection.embedder, **fields)


def articles(documents: Sequence[Document]) -> list[str]:
    return [document.metadata["article"] for document in documents]


def numbered(documents: Sequence[Document]) -> str:
    return "\n".join(f"[{n}] {d.page_content}" for n, d in enumerate(documents, 1))


def test_a_document_has_all_that_a_citation_needs(retriever: CitebotRetriever) -> None:
    best = retriever.invoke(COST)[0]
    score, similarity = best.metadata.pop("score"), best.metadata.pop("similarity")
    assert best.page_content == BRIDGE["text"]
    assert best.id == "bridge#0"
    assert best.metadata == {
        "article": "bridge",
        "passage": "bridge#0",
        "title": "Harbour bridge opens",
        "url": "https://news.example/bridge",
        "source": "Harbour Times",
        "published": "2024-06-01",
        "author": "Ida Berg",
        "language": "en",
        "scope": "",
        "start": 0,
        "end": len(BRIDGE["text"]),
        "page": None,
    }
    assert 0.0 < similarity <= 1.0
    assert 0.0 < score <= 1.0


def test_what_is_unknown_is_none_and_can_stand_in_a_prompt(retriever: CitebotRetriever) -> None:
    best = retriever.invoke("where does the night train go?", k=1)[0]
    assert best.metadata["url"] is best.metadata["published"] is best.metadata["page"] is None
    json.dumps(best.metadata)  # as vector stores and tracers want it


def test_the_best_comes_first_and_k_bounds_them(retriever: CitebotRetriever) -> None:
    documents = retriever.invoke(COST)
    assert len(documents) == 3
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)
    assert articles(retriever.invoke(COST, k=1)) == ["bridge"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"since": datetime.date(2024, 6, 1)}, {"bridge"}),
        ({"before": "2024-06-01"}, {"ferry"}),
        ({"source": "ferry post"}, {"ferry"}),
        ({"since": "2024-05-01", "source": "Harbour Times"}, {"bridge"}),
        ({"scopes": ("",)}, {"bridge", "ferry", "train"}),
        ({"scopes": ["another server"]}, set()),
        ({"scopes": ()}, set()),
    ],
)
def test_filters_as_fields_and_per_call(
    collection: Collection, retriever: CitebotRetriever, filter: dict[str, Any], expected: set[str]
) -> None:
    assert set(articles(retriever.invoke(COST, **filter))) == expected
    assert set(articles(retriever.bind(**filter).invoke(COST))) == expected
    with over(collection, **filter) as narrowed:
        assert set(articles(narrowed.invoke(COST))) == expected


def test_a_call_overrides_a_field_and_changes_none(collection: Collection) -> None:
    with over(collection, source="Ferry Post") as narrowed:
        assert articles(narrowed.invoke(COST, source="Harbour Times")) == ["bridge"]
        assert len(narrowed.invoke(COST, source=None)) == 3
        assert articles(narrowed.invoke(COST)) == ["ferry"]


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": "many"}, {"since": "soon"}, {"sinse": "2024-01-01"}])
def test_a_wrong_filter_is_refused(
    collection: Collection, retriever: CitebotRetriever, wrong: dict[str, Any]
) -> None:
    (name,) = wrong
    with pytest.raises(ValidationError, match=name):
        over(collection, **wrong)
    with pytest.raises(ValidationError, match=name):
        retriever.invoke(COST, **wrong)


@pytest.mark.parametrize("odd", ["", "\ud800", "?" * 10_000, "\0"])
def test_no_question_is_too_odd(retriever: CitebotRetriever, odd: str) -> None:
    assert len(retriever.invoke(odd)) == 3


def test_async_and_batches_find_the_same(retriever: CitebotRetriever) -> None:
    questions = [COST, "when do the ferries stop?", "where does the night train go?"]
    one_by_one = [retriever.invoke(question) for question in questions]

    async def at_once() -> list[list[Document]]:
        return list(await asyncio.gather(*(retriever.ainvoke(question) for question in questions)))

    assert asyncio.run(at_once()) == one_by_one
    assert retriever.batch(questions) == one_by_one
    assert asyncio.run(retriever.abatch(questions)) == one_by_one
    assert [articles(found) for found in retriever.batch(questions, k=1)] == [
        ["bridge"],
        ["ferry"],
        ["train"],
    ]


def test_it_leaves_the_event_loop_free(retriever: CitebotRetriever) -> None:
    async def beats_during(question: str) -> int:
        asked = asyncio.create_task(retriever.ainvoke(question))
        beats = 0
        while not asked.done():
            await asyncio.sleep(0.001)
            beats += 1
        return beats

    assert asyncio.run(beats_during(COST)) > 1


def test_async_filters(retriever: CitebotRetriever) -> None:
    assert articles(asyncio.run(retriever.ainvoke(COST, source="Ferry Post"))) == ["ferry"]


def chain(retriever: Runnable[str, list[Document]], answer: str) -> Runnable[str, str]:
    prompt = ChatPromptTemplate.from_template("Answer from these:\n{passages}\nQuestion: {question}")
    asked = {"passages": retriever | numbered, "question": RunnablePassthrough()}
    return asked | prompt | FakeListChatModel(responses=[answer]) | StrOutputParser()


def test_in_a_chain(retriever: CitebotRetriever) -> None:
    assert chain(retriever, "41 million euros [1].").invoke(COST) == "41 million euros [1]."
    assert asyncio.run(chain(retriever, "Until September.").ainvoke(COST)) == "Until September."
    assert "".join(chain(retriever, "In autumn.").stream(COST)) == "In autumn."


def test_a_chain_may_choose_the_filter_per_call(retriever: CitebotRetriever) -> None:
    adjustable = retriever.configurable_fields(source=ConfigurableField(id="source"))
    listed = adjustable | articles
    assert listed.invoke(COST, {"configurable": {"source": "Ferry Post"}}) == ["ferry"]
    assert len(listed.invoke(COST)) == 3


class Caller(GenericFakeChatModel):
    """A chat model that says what its script says; LangChain's own takes no tools."""

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **_: Any
    ) -> "Caller":
        return self


def asking(tool: BaseTool, question: str) -> Any:
    call = {"name": tool.name, "args": {"query": question}, "id": "call-1", "type": "tool_call"}
    script = [AIMessage(content="", tool_calls=[call]), AIMessage(content="41 million euros.")]
    return create_agent(Caller(messages=iter(script)), [tool])


@pytest.fixture
def tool(retriever: CitebotRetriever) -> BaseTool:
    prompt = PromptTemplate.from_template("{title} ({source}, {published}, {url}): {page_content}")
    return create_retriever_tool(
        retriever,
        "articles",
        "Searches the news articles.",
        document_prompt=prompt,
        response_format="content_and_artifact",
    )


@pytest.mark.parametrize("is_async", [False, True])
def test_as_the_tool_of_an_agent(tool: BaseTool, is_async: bool) -> None:
    agent, asked = asking(tool, COST), {"messages": [("user", COST)]}
    state = asyncio.run(agent.ainvoke(asked)) if is_async else agent.invoke(asked)
    (said,) = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    first = "Harbour bridge opens (Harbour Times, 2024-06-01, https://news.example/bridge): The new bridge"
    assert str(said.content).startswith(first)
    assert articles(said.artifact)[0] == "bridge"
    assert state["messages"][-1].content == "41 million euros."


def test_opened_by_its_folder(collection: Collection) -> None:
    with CitebotRetriever.open(
        str(collection.index), models=exported().folder, k=1, source="Harbour Times"
    ) as opened:
        assert articles(opened.invoke(COST)) == ["bridge"]
        assert "reader" not in repr(opened)
        store = opened.reader.store()
    with pytest.raises(StoreError, match="was closed"):
        store.count()
    assert articles(opened.invoke(COST)) == ["bridge"]  # opens it again
    opened.close()


def test_it_searches_without_pytorch(collection: Collection) -> None:
    index, models = str(collection.index), str(exported().folder)
    code = (
        "import sys; from index.langchain import CitebotRetriever\n"
        f"with CitebotRetriever.open({index!r}, models={models!r}) as opened:\n"
        f"    assert opened.invoke({COST!r})\n"
    )
    libraries = loaded(code)
    assert "onnxruntime" in libraries
    assert not {"torch", "transformers", "sentence_transformers"} & libraries


def test_the_readme_s_example_prints_what_the_seeds_say(tmp_path: Path) -> None:
    """Exactly as it stands there, in a folder whose index was made as it says."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    data = with_model(tmp_path / "data")
    here = Command(tmp_path, {"CITEBOT_ARTICLES": str(CHECKOUT / "seeds"), "CITEBOT_DATA": str(data)})
    assert here.here("index").exit_code == 0
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Putin Opens Door to Direct Talks")
    assert "a clear answer from Moscow" in done.stdout


def test_no_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"Nothing is indexed in .*Run `citebot index`"):
        CitebotRetriever.open(tmp_path / "nowhere")


def test_an_index_of_another_model_is_refused(collection: Collection, tmp_path: Path) -> None:
    """The same weights under another name are another model, as far as anyone can tell."""
    with pytest.raises(StoreMismatch, match=r"all-MiniLM-L6-v2.*--rebuild"):
        CitebotRetriever.open(collection.index, embedding_model=str(collection.embedder.folder))


def test_our_errors_pass_through_a_chain(tmp_path: Path, embedder: Embedder) -> None:
    made = Collection(tmp_path, embedder)
    with over(made) as early, pytest.raises(StoreMissing, match="citebot index"):
        chain(early, "…").invoke(COST)


def test_what_is_indexed_meanwhile_is_found(tmp_path: Path, embedder: Embedder) -> None:
    made = Collection(tmp_path, embedder)
    write(made, FERRY)
    with over(made) as opened:
        assert articles(opened.invoke(COST)) == ["ferry"]
        write(made, FERRY, BRIDGE)
        assert articles(opened.invoke(COST)) == ["bridge", "ferry"]
        write(made, BRIDGE)
        assert articles(opened.invoke(COST)) == ["bridge"]


def test_nothing_else_in_the_index_imports_langchain() -> None:
    others = [path.stem for path in (CHECKOUT / "index").glob("*.py") if path.stem != "langchain"]
    loads = f"import sys\nfor name in {others!r}: __import__('index.' + name)\n"
    assert loaded(loads) & {"langchain", "langchain_core", "torch", "chromadb"} == set()
    assert loaded("import sys, index.langchain\n") & {"langchain", "torch", "chromadb"} == set()


def loaded(code: str) -> set[str]:
    """The top-level modules that a new interpreter has after some code."""
    done = subprocess.run(
        [sys.executable, "-c", code + "print(*sys.modules)"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}
