using SnapshotBot.Chat;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Why there is no Discord, in words.</summary>
internal static class DiscordFailures
{
    public static Failure NoToken() => new(
        ExitCode.BadInput, "no-token", "There is no bot token for Discord. Nothing was started.",
        "Put DISCORD_TOKEN=... into .env (docs/admin.md shows where it comes from), or start without Discord: snapshotbot serve --no-discord.");

    public static Failure BadAddress(string address) => new(
        ExitCode.BadInput, "bad-api-url", $"DISCORD_API_URL is no address: {Words.Safe(address)}. Nothing was started.", "Leave it out to use Discord itself.");

    public static Failure Of(ChatStoppedException stopped) => stopped.Reason switch
    {
        ChatStop.BadToken => new(
            ExitCode.Failed, "discord-token", "Discord does not accept the bot's token (DISCORD_TOKEN). It was asked once and not again.",
            "Take a fresh token at https://discord.com/developers/applications, Bot, Reset Token, and put it into .env."),
        ChatStop.ForbiddenIntents => new(
            ExitCode.Failed, "discord-intents", "Discord does not allow this bot the intents it asks for.",
            "At https://discord.com/developers/applications, Bot: the bot needs none of the privileged intents; check that the application is not restricted."),
        ChatStop.SessionsUsedUp => new(
            ExitCode.Failed, "discord-sessions", "Nearly all of the day's new sessions at Discord are used up; going on would reset the bot's token.",
            "Wait until tomorrow, and find out what started the bot so often."),
        ChatStop.TooManyInvalidRequests => new(
            ExitCode.Failed, "discord-refusals", "Discord refused so many requests that it would soon ban this address. The bot stopped itself.",
            "Look at the log for what was refused; start again in ten minutes."),
        _ => new(ExitCode.Failed, "discord-stopped", stopped.Message + " The bot stopped.", "See the log; a newer version of this program may be needed."),
    };
}
