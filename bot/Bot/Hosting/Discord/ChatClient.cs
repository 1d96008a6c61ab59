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
            var options = new NativeChatOptions(new BotToken(token));
            options = options with { ApiAddress = AddressOf(settings) ?? options.ApiAddress };
#if DISCORD_NET
            return new DiscordNetChat(options, time, logs.CreateLogger<DiscordNetChat>());
#else
            return new NativeChat(options, time, logs.CreateLogger<NativeChat>());
#endif
        }
        catch (ChatStoppedException stopped)
        {
            // What can't be a token at all is not even sent.
            throw new CommandFailedException(DiscordFailures.Of(stopped));
        }
    }

    /// <summary>Where Discord's API is when it is not Discord's own; null when it is.</summary>
    private static Uri? AddressOf(Settings settings)
    {
        if (settings.Variable("DISCORD_API_URL") is not { } address)
        {
            return null;
        }

        if (!Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CommandFailedException(DiscordFailures.BadAddress(address));
        }

        if (!uri.AbsolutePath.Contains("/api", StringComparison.Ordinal))
        {
            uri = new Uri(uri, "api/");
        }

        return uri.AbsolutePath.EndsWith(Version, StringComparison.Ordinal) ? uri : new Uri(uri, Version);
    }
}
