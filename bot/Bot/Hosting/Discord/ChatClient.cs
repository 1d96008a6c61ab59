using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Native;
#if DISCORD_NET
using SnapshotBot.ChatDiscordNet;
#endif

namespace SnapshotBot.Bot.Hosting.Discord;

/// <summary>Makes the chat client this build has, from what the environment says.</summary>
internal static class ChatClient
{
    private const string Version = "v10/";

    /// <summary>Which client this build has.</summary>
#if DISCORD_NET
    public static string Name => DiscordNetChat.Name;
#else
    public const string Name = "native";
#endif

    public static IChat Create(Settings settings, ILoggerFactory logs, TimeProvider time)
    {
        var token = settings.Variable("DISCORD_TOKEN") ?? throw new CommandFailedException(DiscordFailures.NoToken());
        try
        {
            return new NativeChat(OptionsOf(token, settings.Variable("DISCORD_API_URL")), time, logs.CreateLogger<NativeChat>());
        }
        catch (ChatStoppedException stopped)
        {
            // What can't be a token at all is not even sent.
            throw new CommandFailedException(DiscordFailures.Of(stopped));
        }
    }

    private static NativeChatOptions OptionsOf(string token, string? address)
    {
        var options = new NativeChatOptions(new BotToken(token));
        if (address is null)
        {
            return options;
        }

        if (!Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CommandFailedException(DiscordFailures.BadAddress(address));
        }

        if (!uri.AbsolutePath.Contains("/api", StringComparison.Ordinal))
        {
            uri = new Uri(uri, "api/");
        }

        return options with { ApiAddress = uri.AbsolutePath.EndsWith(Version, StringComparison.Ordinal) ? uri : new Uri(uri, Version) };
    }
}
