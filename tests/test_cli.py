"""The command `citebot` as people and scripts run it: a real process, a real index, the real model."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import Command, environment

DEMAND = "what did Zelensky demand?"
BRIDGE = "how much did the harbour bridge cost?"
UNKNOWN = "which team won the 1998 ice hockey final in Nagano?"


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def citebot(tmp_path: Any) -> Command:
    """The command without an index, for what must not need one."""
    return Command(tmp_path, {"CITEBOT_DATA": str(tmp_path / "data")})


def test_an_answer_to_read(indexed: Command) -> None:
    done = indexed("ask", "what", "did", "Zelensky", "demand?")
    assert done.returncode == 0
    assert '"a clear answer from Moscow"' in " ".join(done.stdout.split())
    assert re.search(r"\[1\] +Putin Opens Door to Direct Talks", done.stdout)
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_questions_on_standard_input_stay_in_step(indexed: Command) -> None:
    lines = [
        BRIDGE.encode(),
        b"",
        UNKNOWN.encode() + b"\r",
        b"why " * 25_000,
        b"caf\xe9?",
        b"how much did\x00 the \x1b[31mharbour bridge\x07 cost?",
    ]
    done = indexed("ask", "--json", stdin=b"\n".join(lines))
    assert done.returncode == 1
    assert done.stderr == ""
    answers = objects(done.stdout)
    assert [answer["refused"] for answer in answers] == [False, True, True, True, True, False]
    assert ["error" in answer for answer in answers] == [False, True, False, True, True, False]
    assert "empty" in answers[1]["error"]
    assert "2,000" in answers[3]["error"]
    assert answers[3]["question"].startswith("why why")
    assert "UTF-8" in answers[4]["error"]

    cited = answers[0]["citations"][0]
    assert "41 million euros" in cited["quote"]
    assert (cited["source"], cited["published"]) == ("Harbour Times", "2024-06-01")
    assert cited["link"].startswith("https://news.example/bridge#:~:text=")
    assert answers[0]["question"] == BRIDGE
    assert answers[2]["passages"]
    assert answers[2]["citations"] == []
    assert answers[2]["newest"] == "2024-06-01"


def test_lines_without_words_on_standard_input_are_wrong_usage(indexed: Command) -> None:
    assert indexed.here("ask", stdin=f"{BRIDGE}\n?!\n{BRIDGE}\n".encode()).exit_code == 2
    assert indexed.here("ask", stdin=b"caf\xe9?\n\n").exit_code == 1


def test_refusals_on_standard_input_are_no_errors(indexed: Command) -> None:
    done = indexed.here("ask", "--no-refuse", stdin=f"{BRIDGE}\n{UNKNOWN}\n".encode())
    assert done.exit_code == 0
    first, second = done.stdout.split("\n\n? ")
    assert first.startswith(f"? {BRIDGE}\n")
    assert "As of 1 June 2024" in first
    assert second.startswith(UNKNOWN)
    assert "Shown because of --no-refuse" in second


def test_a_refusal_has_its_own_exit_code_and_filters_leave_articles_out(indexed: Command) -> None:
    done = indexed.here("ask", "--json", "--source", "Harbour Times", "--before", "2024-06-01", BRIDGE)
    assert done.exit_code == 3
    (answer,) = objects(done.stdout)
    assert answer["refused"]
    assert not answer["forced"]
    assert answer["passages"] == []


def test_search_shows_passages(indexed: Command) -> None:
    done = indexed.here("search", "--json", "-k", "1", "--since", "2024-06-01", BRIDGE)
    assert done.exit_code == 0
    (hit,) = objects(done.stdout)
    assert hit["article"].endswith("bridge.md")
    assert "41 million" in hit["text"]
    assert (hit["published"], hit["page"]) == ("2024-06-01", None)


def test_articles_are_listed_newest_first(indexed: Command) -> None:
    done = indexed("articles", "--json")
    assert done.returncode == 0
    assert [article["published"] for article in objects(done.stdout)] == ["2024-06-01", None]
    table = indexed("articles", COLUMNS="120").stdout.splitlines()
    assert table[0].split() == ["Date", "Title", "Outlet", "Id"]
    assert table[1].startswith("2024-06-01  Harbour bridge opens")
    # Where an id would be broken, which is there to be copied, everything stands one under the other.
    ids = {article["id"] for article in objects(done.stdout)}
    assert ids <= set(indexed("articles", COLUMNS="60").stdout.splitlines())


def test_indexing_again_finds_nothing_to_do(indexed: Command) -> None:
    done = indexed("index")
    assert done.stdout.startswith("0 added, 0 changed, 0 removed, 2 unchanged; ")
    assert done.returncode == 1
    assert "broken.pdf" in done.stderr


@pytest.mark.parametrize("question", ["", " ", "x" * 100_000, b"caf\xe9?"])
def test_a_question_that_cannot_be_asked(citebot: Command, question: str | bytes) -> None:
    done = citebot("ask", "--json", question)
    is_empty = isinstance(question, str) and not question.strip()
    assert done.returncode == (2 if is_empty else 1)
    (answer,) = objects(done.stdout)
    assert answer["refused"]
    assert done.stderr == f"citebot: {answer['error']}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "There is no question"),
        (["ask", "--since", "2024-6-1", "why?"], "'2024-6-1' is not a day"),
        (["ask", "--since", "2024-02-30", "why?"], "'2024-02-30' is not a day"),
        (["ask", "--since", "2024-06-01", "--before", "2024-06-01", "why?"], "earlier day"),
        (["search", "-k", "0", "why?"], "greater than or equal to 1"),
        (["search"], "Missing argument"),
        (["ask", ""], "The question is empty."),
        (["search", ""], "The question is empty."),
        (["watch", "?"], "The question has no words."),
        (["aks", "why?"], "Did you mean 'ask'"),
        (["ask", "--frobnicate"], "No such option"),
    ],
)
def test_wrong_usage(citebot: Command, arguments: list[str], said: str) -> None:
    done = citebot(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_settings_that_are_wrong_give_one_line(citebot: Command) -> None:
    done = citebot("ask", "why?", EMBEDDING_MODEL="a\x07b")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("citebot: EMBEDDING_MODEL is wrong")
    assert done.stderr.count("\n") == 1


def test_a_missing_folder_gives_one_line(citebot: Command) -> None:
    done = citebot("index", CITEBOT_ARTICLES="nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"citebot: .*nowhere cannot be read.*CITEBOT_ARTICLES\.\n", done.stderr)


def test_help_comes_up_at_once(citebot: Command) -> None:
    """At most half a second on a laptop; here relative to Python's own start, on whatever machine."""
    code = "import subprocess, typer"
    least = min(_seconds([sys.executable, "-c", code]) for _ in range(3))
    ours = min(_seconds([*citebot.arguments, "--help"]) for _ in range(3))
    assert ours < max(3 * least, 0.5)


def test_help_imports_nothing_heavy(citebot: Command) -> None:
    code = "import sys, bot.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=citebot.environment, capture_output=True, text=True, check=True
    )
    heavy = {"rich", "pydantic", "numpy", "torch", "chromadb", "prompt_toolkit", "sentence_transformers"}
    assert not heavy & set(done.stdout.split())


def test_a_question_imports_no_model_library(indexed: Command) -> None:
    code = (
        "import sys; from bot.cli import app; app(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", BRIDGE],
        env=indexed.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"chromadb_rust_bindings", "onnxruntime"} <= loaded  # it did answer
    heavy = {
        "chromadb",
        "opentelemetry",
        "grpc",
        "torch",
        "transformers",
        "sentence_transformers",
        "scipy",
        "sklearn",
        "pandas",
        "onnx",
        "sympy",
    }
    assert not heavy & loaded
    assert not [name for name in loaded if name.startswith(("langchain", "langgraph", "huggingface"))]


def test_help_names_every_command(citebot: Command) -> None:
    done = citebot("--help")
    assert done.returncode == 0
    for command in ("ask", "chat", "search", "index", "export", "articles", "eval", "doctor"):
        assert re.search(rf"^  {command} +[A-Z]", done.stdout, re.MULTILINE)
        assert citebot(command, "--help").returncode == 0


def test_version_and_completion(citebot: Command) -> None:
    assert re.fullmatch(r"citebot \S.*\n", citebot("--version").stdout)
    completion = citebot("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "citebot" in completion.stdout


def test_a_reader_that_leaves_early_is_no_error(indexed: Command) -> None:
    with subprocess.Popen(
        [*indexed.arguments, "articles", "--json"],
        env=indexed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_full_disk_behind_standard_output(indexed: Command) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*indexed.arguments, "articles"],
            env=indexed.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "citebot: No space left on device. Run `citebot doctor` to see what is wrong.\n"


def test_closed_streams_are_no_error(indexed: Command) -> None:
    for closing in (">&-", "2>&-", "<&-"):
        shell = ["/bin/sh", "-c", f'exec "$@" {closing}', "sh"]
        done = subprocess.run(
            [*shell, *indexed.arguments, "articles"],
            env=indexed.environment,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_interrupt_is_quiet(indexed: Command) -> None:
    with subprocess.Popen(
        [*indexed.arguments, "ask"],
        env=indexed.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"? \n")
        process.stdin.flush()
        process.stdout.readline()  # it waits for the next question now
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert b"Traceback" not in process.stderr.read()


def test_colours_and_links_only_on_a_terminal(indexed: Command) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*indexed.arguments, "articles"],
        env={**indexed.environment, "TERM": "xterm-256color", "COLUMNS": "40"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # so Linux reports that the last writer has closed
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    assert b"\x1b[2m" in shown
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).splitlines()
    assert max(len(line) for line in lines if " " in line) <= 40
    assert [line for line in lines if len(line) > 40] == [
        line["id"]
        for line in map(json.loads, indexed("articles", "--json").stdout.splitlines())
        if len(line["id"]) > 40
    ]


def _seconds(command: list[str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, env=environment(), capture_output=True, check=True)
    return time.perf_counter() - before


def test_wrong_settings_leave_answers_in_step_too(tmp_path: Path) -> None:
    command = Command(tmp_path, {"CITEBOT_ARTICLES": os.pathsep})
    done = command("ask", "--json", stdin=b"one?\ntwo?\n")
    assert done.returncode == 1
    assert [
        (a["question"], a["refused"], "CITEBOT_ARTICLES" in a["error"]) for a in objects(done.stdout)
    ] == [
        ("one?", True, True),
        ("two?", True, True),
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_help_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    command = Command(tmp_path, {})
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*command.arguments, "--help"],
            env=command.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1
