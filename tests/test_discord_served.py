"""The bot in Discord, its index on a Chroma server that goes away and comes back."""

from pathlib import Path

from tests.chroma_server import chroma_server
from tests.command import Command, with_model
from tests.discord_bot import BRIDGE, running, server_in
from tests.discord_server import Discord

COST = "what did the bridge cost?"


def test_the_bot_outlives_its_chroma_server(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "bridge.md").write_text(BRIDGE)
    with Discord() as discord, chroma_server(tmp_path / "chroma") as chroma:
        served = {"CHROMA_URL": chroma.url, "READER_MODEL": "none"}
        own = {"CITEBOT_ARTICLES": str(tmp_path / "articles")}
        indexer = Command(tmp_path, {**own, **served, "CITEBOT_DATA": str(with_model(tmp_path / "indexer"))})
        # Nothing is indexed yet when it starts.
        with running(discord, tmp_path, connect=True, **served) as bot:
            server = server_in(discord, "readers")
            assert "The articles cannot be looked at for now. Try again in a minute." in server.ask(COST).text
            assert "Nothing is indexed on the Chroma server" in bot.log
            assert indexer.here("index").exit_code == 0
            discord.wait_for(lambda: "41 million euros" in server.ask(COST).text, 20, "an answer")
            assert "Change them where `citebot index --follow` runs" in server.add(
                "a.txt", "Words."
            ).text.replace("\\", "")

            chroma.kill()
            assert "The articles cannot be looked at for now." in server.ask(COST).text
            assert f"The Chroma server at {chroma.url} cannot be used: nothing answers there." in bot.log
            chroma.start()
            assert "41 million euros" in server.ask(COST).text
            assert f"The Chroma server at {chroma.url} answers again." in bot.log
            assert bot.stop() == 0
        assert "Traceback" not in bot.log
