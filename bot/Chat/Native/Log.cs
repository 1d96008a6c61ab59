using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.Chat.Native;

/// <summary>All that this client logs. No line takes a token, an address with one, or a body.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to Discord as {Name} in {Guilds} guilds")]
    public static partial void Ready(ILogger logger, string name, int guilds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection to Discord resumed")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection to Discord ended (code {Code}); coming back ({How}) in {Pause}")]
    public static partial void Lost(ILogger logger, int? code, Comeback how, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Discord did not answer the last heartbeat; connecting anew")]
    public static partial void Zombie(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to Discord said nothing for {Silence}; it is given up and replaced")]
    public static partial void Dead(ILogger logger, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to {Host} ({Error})")]
    public static partial void NotConnected(ILogger logger, string host, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Discord's API did not name its gateway (HTTP {Status})")]
    public static partial void NoAddress(ILogger logger, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A gateway message of {Length} bytes is not what Discord sends; passed over")]
    public static partial void BadFrame(ILogger logger, int length);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event {Name} can't be read; passed over")]
    public static partial void BadEvent(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Only {Remaining} new sessions are left today; waiting {Wait}")]
    public static partial void SessionsUsedUp(ILogger logger, int remaining, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "A handler of {What} failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Route} is repeated (HTTP {Status}, failure {Failures})")]
    public static partial void Repeating(ILogger logger, Route route, int status, int failures);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Route} must wait {Wait} (limit: {Scope})")]
    public static partial void RateLimited(ILogger logger, Route route, TimeSpan wait, string scope);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Count} requests were refused within 10 minutes; all wait {Wait}, before Discord bans this address")]
    public static partial void TooManyInvalid(ILogger logger, int count, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The connection to Discord has stopped for good: {Reason} ({Code})")]
    public static partial void Stopped(ILogger logger, ChatStop reason, int code);
}
