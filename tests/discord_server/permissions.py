"""Permissions, intents and flags, by their bits."""

import enum


class Permissions(enum.IntFlag):
    kick_members = 1 << 1
    ban_members = 1 << 2
    administrator = 1 << 3
    manage_channels = 1 << 4
    manage_guild = 1 << 5
    add_reactions = 1 << 6
    view_channel = 1 << 10
    send_messages = 1 << 11
    manage_messages = 1 << 13
    embed_links = 1 << 14
    attach_files = 1 << 15
    read_message_history = 1 << 16
    mention_everyone = 1 << 17
    manage_roles = 1 << 28
    manage_webhooks = 1 << 29
    use_application_commands = 1 << 31
    manage_threads = 1 << 34
    create_public_threads = 1 << 35
    create_private_threads = 1 << 36
    send_messages_in_threads = 1 << 38
    use_external_apps = 1 << 50


NOTHING = Permissions(0)
EVERYTHING = Permissions((1 << 53) - 1)
# What @everyone may do in a new server; the bot's own role comes on top.
EVERYONE = (
    Permissions.view_channel
    | Permissions.add_reactions
    | Permissions.send_messages
    | Permissions.embed_links
    | Permissions.attach_files
    | Permissions.read_message_history
    | Permissions.use_application_commands
    | Permissions.create_public_threads
    | Permissions.send_messages_in_threads
)
DIRECT = EVERYONE | Permissions.mention_everyone


class Intents(enum.IntFlag):
    guilds = 1 << 0
    guild_members = 1 << 1
    guild_presences = 1 << 8
    guild_messages = 1 << 9
    guild_message_typing = 1 << 11
    direct_messages = 1 << 12
    direct_message_typing = 1 << 14
    message_content = 1 << 15


KNOWN_INTENTS = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25
PRIVILEGED = {
    Intents.guild_members: 1 << 15,
    Intents.guild_presences: 1 << 13,
    Intents.message_content: 1 << 19,
}  # to the application's flag of a bot in fewer than 100 servers


class Flags(enum.IntFlag):
    """Of a message."""

    suppress_embeds = 1 << 2
    has_thread = 1 << 5
    ephemeral = 1 << 6
    loading = 1 << 7
    suppress_notifications = 1 << 12
    components_v2 = 1 << 15
