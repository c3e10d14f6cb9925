"""/articles: listed by anyone, added and removed by those who manage the server."""

import io
from pathlib import Path

import pytest

from tests.discord_bot import RunningBot, Server
from tests.discord_markdown import words
from tests.discord_server import Discord, Message

MANAGERS_ONLY = "That is for those who may manage this server (Manage Server)."
TEXT = "The observatory of Tartu found a comet on 4 March 1861. Its keeper, Liis Tamm, named it Kalev."
QUESTION = "when did the observatory of Tartu find a comet?"


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph("The comet of Tartu", style="Title")
    document.add_paragraph(TEXT)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf() -> bytes:
    """One page with the text, by hand."""
    words = f"BT /F1 12 Tf 40 700 Td ({TEXT}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(body))
    )


FILES = {
    "comet.txt": f"The comet of Tartu\n\n{TEXT}".encode(),
    "comet.md": f"---\ntitle: The comet of Tartu\n---\n{TEXT}".encode(),
    "comet.html": (
        f"<html><head><title>The comet of Tartu</title></head><body><article><h1>The comet of Tartu</h1>"
        f"<p>{TEXT}</p><p>{TEXT.replace('Tartu', 'the town')}</p></article></body></html>"
    ).encode(),
    "comet.pdf": pdf(),
    "comet.docx": docx(),
}


def add(server: Server, name: str, data: bytes) -> Message:
    return server.boss.command("articles add", {"file": (name, data)}, server.general).reply()


def listed(server: Server) -> Message:
    return server.ana.command("articles list", {}, server.general).reply()


@pytest.mark.parametrize("name", FILES)
def test_an_attachment_is_added_and_answered_from_at_once(server: Server, name: str) -> None:
    said = add(server, name, FILES[name])

    assert said.ephemeral
    assert said.text.startswith("Added: ")
    assert "a comet on 4 March 1861" in words(server.ask(QUESTION).text)
    assert "2 articles" in listed(server).text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("virus.exe", b"MZ", "The file is of a kind that is not read. These are: .txt, .md"),
        ("empty.txt", b"", "The file is empty. Write something in it, or remove it."),
        ("damaged.pdf", b"%PDF-1.7\ntruncated", "The file cannot be read as a PDF"),
        ("big.txt", b"x" * 10_000_001, "big.txt is larger than 10 MB. Add a smaller file."),
        ("@everyone.txt", b"", "The file is empty. Write something in it, or remove it."),
        ("long.txt", b"A sentence of some words.\n" * 20_000, "The article has"),
    ],
)
def test_what_cannot_be_added_is_told_with_the_reason(
    server: Server, bot: RunningBot, name: str, data: bytes, told: str
) -> None:
    before = bot.log.count("ERROR")

    said = add(server, name, data)

    assert told in said.text
    assert said.ephemeral
    assert "1 article" in listed(server).text
    assert bot.log.count("ERROR") == before


@pytest.mark.parametrize(
    "name", ["../../../evil.md", "/etc/evil.md", "con/evil.md", "a\\..\\evil.md", "\u202eevil.md"]
)
def test_a_files_name_leads_nowhere(server: Server, bot: RunningBot, name: str) -> None:
    add(server, name, TEXT.encode())

    assert "2 articles" in listed(server).text
    (file,) = added(server, bot)
    assert TEXT in file.read_text()
    outside = [path for path in bot.folder.rglob("*evil*") if bot.data / "servers" not in path.parents]
    assert outside == []


def added(server: Server, bot: RunningBot) -> list[Path]:
    return list((bot.data / "servers" / str(server.guild.id) / "articles").glob("*.md"))


def test_members_neither_add_nor_remove(server: Server) -> None:
    add(server, "comet.txt", FILES["comet.txt"])
    (id,) = server.boss.autocomplete("articles remove", "article", "", server.general)

    added = server.ana.command("articles add", {"file": ("b.txt", b"A text.")}, server.general).reply()
    removed = server.ana.command("articles remove", {"article": id}, server.general).reply()

    assert (added.text, added.ephemeral) == (MANAGERS_ONLY, True)
    assert (removed.text, removed.ephemeral) == (MANAGERS_ONLY, True)
    assert server.ana.autocomplete("articles remove", "article", "", server.general) == []
    assert "2 articles" in listed(server).text


def test_articles_are_added_in_a_server_only(server: Server) -> None:
    said = server.boss.command("articles add", {"file": ("b.txt", b"A text.")}).reply()
    removed = server.boss.command("articles remove", {"article": "bridge.md"}).reply()

    assert said.text == removed.text == "Articles are added and removed in a server."
    assert server.boss.autocomplete("articles remove", "article", "") == []


def test_only_the_servers_own_articles_are_offered_for_removal(server: Server, bot: RunningBot) -> None:
    add(server, "comet.txt", FILES["comet.txt"])

    offered = server.boss.autocomplete("articles remove", "article", "COMET", server.general)
    everyones = server.boss.command(
        "articles remove", {"article": "articles/bridge.md"}, server.general
    ).reply()
    unknown = server.boss.command("articles remove", {"article": "../../x"}, server.general).reply()

    assert offered == ["The comet of Tartu"]
    assert server.boss.autocomplete("articles remove", "article", "bridge", server.general) == []
    assert everyones.text == "This article was not added here. Who runs the bot can remove it."
    assert unknown.text == "This server has no such article. Choose one of those that are offered."
    assert (bot.articles / "bridge.md").exists()


def test_an_article_with_a_long_title_can_be_removed(server: Server, bot: RunningBot) -> None:
    title = "The observatory that stood on the hill above the old town " + "\N{COMET}\N{TELESCOPE}" * 40
    add(server, "long.md", f"---\ntitle: {title}\n---\n{TEXT}".encode())
    (file,) = added(server, bot)

    (offered,) = server.boss.autocomplete("articles remove", "article", "hill", server.general)
    removed = server.boss.command("articles remove", {"article": file.name}, server.general).reply()

    assert offered.startswith("The observatory that stood on the hill")
    assert removed.text.startswith("Removed: The observatory")
    assert not file.exists()


def test_the_list_is_paged_by_buttons(server: Server) -> None:
    for n in range(11):
        add(server, f"note {n}.txt", f"Note number {n}\n\nThe note {n} says a word of weather.".encode())

    first = listed(server)
    older = server.ana.click(first, "Older").reply()
    titles = first.text + older.text

    assert first.ephemeral
    assert older is first  # in its place
    assert "12 articles, page 2 of 2" in older.text
    assert [b.label for b in older.buttons if b.disabled] == ["Older"]
    newer = server.ana.click(older, "Newer").reply()
    assert "page 1 of 2" in newer.text
    assert all(f"Note number {n}" in titles + newer.text for n in range(11))
    assert "page 2 of 2" in server.ana.forge(newer, "cb:articles:999999").reply().text


def test_a_list_replaces_no_other_message(server: Server) -> None:
    answer = server.ask("what did the harbour bridge cost?")

    said = server.ana.forge(answer, "cb:articles:1").reply()

    assert said.text == "That is not a list of articles."
    assert said.ephemeral
    assert answer.edits == []


def test_a_server_adds_one_article_at_a_time(server: Server) -> None:
    large = ("article.md", b"The comet of Tartu was seen again that night. " * 3000)
    first, second = (
        server.boss.command("articles add", {"file": file}, server.general)
        for file in (large, ("comet.md", FILES["comet.md"]))
    )

    assert second.reply().text.startswith("Another article of this server is being added or removed.")
    assert first.reply(60).text.startswith("Added: ")
    assert add(server, "comet.md", FILES["comet.md"]).text.startswith("Added: ")


def test_an_article_of_the_operators_is_found_while_the_bot_runs(
    server: Server, bot: RunningBot, discord: Discord
) -> None:
    file = bot.articles / "geyser.txt"
    file.write_text("The geyser of Haukadal\n\nThe geyser of Haukadal rose 70 metres in 2021.\n")
    try:
        discord.wait_for(lambda: "2 articles" in listed(server).text, 20)
        assert "70 metres" in words(server.ask("when did the geyser of Haukadal rise?").text)
    finally:
        file.unlink()
    discord.wait_for(lambda: "1 article" in listed(server).text, 20)
