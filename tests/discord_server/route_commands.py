"""Routes: application commands, everywhere and in one server."""

from tests.discord_server import commands
from tests.discord_server.errors import Json
from tests.discord_server.rest import Call, Routes

routes = Routes()


@routes.add("GET", "/applications/{application}/commands")
@routes.add("GET", "/applications/{application}/guilds/{guild}/commands")
def list_commands(call: Call) -> list[Json]:
    return [c for c in call.world.commands.values() if c.get("guild_id") == call.parts.get("guild")]


@routes.add("PUT", "/applications/{application}/commands")
@routes.add("PUT", "/applications/{application}/guilds/{guild}/commands")
def put_commands(call: Call) -> list[Json]:
    commands.check_commands(call.body)
    kept = [commands.stored(call.world, body, _guild_id(call)) for body in call.body]
    numbers = {command["id"] for command in kept}
    for command in list_commands(call):
        if command["id"] not in numbers:
            del call.world.commands[int(command["id"])]
    call.world.command_puts += 1
    return kept


@routes.add("POST", "/applications/{application}/commands")
@routes.add("POST", "/applications/{application}/guilds/{guild}/commands")
def post_command(call: Call) -> Json:
    others = [c for c in list_commands(call) if (c["name"], c["type"]) != _key(call.body)]
    commands.check_commands([call.body])
    commands.check_commands([*others, call.body])
    return commands.stored(call.world, call.body, _guild_id(call))


@routes.add("GET", "/applications/{application}/commands/{command}")
@routes.add("GET", "/applications/{application}/guilds/{guild}/commands/{command}")
def get_command(call: Call) -> Json:
    return call.world.find(call.world.commands, call.number("command"), 10063)


@routes.add("PATCH", "/applications/{application}/commands/{command}")
@routes.add("PATCH", "/applications/{application}/guilds/{guild}/commands/{command}")
def patch_command(call: Call) -> Json:
    changed = {**get_command(call), **call.body}
    commands.check_commands([changed])
    call.world.commands[call.number("command")] = changed
    return changed


@routes.add("DELETE", "/applications/{application}/commands/{command}")
@routes.add("DELETE", "/applications/{application}/guilds/{guild}/commands/{command}")
def delete_command(call: Call) -> None:
    del call.world.commands[int(get_command(call)["id"])]


def _guild_id(call: Call) -> int | None:
    return call.guild().id if "guild" in call.parts else None


def _key(body: Json) -> tuple[str, int]:
    return body["name"], body.get("type", commands.CHAT)
