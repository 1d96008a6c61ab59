namespace SnapshotBot.Chat.Native.Rest;

/// <summary>How a request may be repeated when it is not known whether it was carried out.</summary>
internal enum Repeat
{
    /// <summary>Twice is as good as once.</summary>
    Freely,

    /// <summary>Twice would be seen by people: only where Discord can't have taken it.</summary>
    WhenRefused,
}

/// <summary>Whose patience a request uses up.</summary>
internal enum RouteKind
{
    /// <summary>The bot's own: buckets, and 50 a second in all.</summary>
    Bot,

    /// <summary>The first answer to an interaction: no bucket shared with others, not among the 50, and only seconds of use.</summary>
    Callback,

    /// <summary>Later answers, by the interaction's token; the bot's own token isn't sent.</summary>
    Webhook,
}

/// <summary>A request's address.</summary>
/// <param name="Path">Below the API's address; may hold an interaction's token, so it is never printed.</param>
/// <param name="Name">The same without a token: for logs and errors.</param>
/// <param name="Template">Method and path without ids: what Discord tells buckets apart by, before it has named one.</param>
/// <param name="Top">The channel, guild or webhook that has its own bucket.</param>
internal sealed record Route(HttpMethod Method, string Path, string Name, string Template, string Top, RouteKind Kind, Repeat Repeat)
{
    public override string ToString() => Name;
}
