namespace SnapshotBot.Chat.Native.Rest;

/// <summary>Discord's codes, as far as callers act on them.</summary>
internal static class ErrorCodes
{
    /// <summary>
    /// "Maximum number of ... reached": Discord sends some of these as 429 (30046: edits of a message older than an hour, 30034: the day's new
    /// commands). They are refusals: no wait that a request could sit out ends them.
    /// </summary>
    public static bool IsQuota(int code) => code is >= 30000 and < 31000;

    public static ChatError Of(int status, int code, bool isInteraction) => code switch
    {
        10062 or 50027 or 10015 => ChatError.InteractionExpired,
        40060 => ChatError.AlreadyAnswered,
        30046 => ChatError.EditedTooOften,
        10008 => ChatError.MessageGone,
        10003 => ChatError.ChannelGone,
        10004 => ChatError.GuildGone,
        10007 or 10013 => ChatError.MemberGone,
        30003 => ChatError.TooManyPins,
        40005 => ChatError.TooLarge,
        50001 or 50013 => ChatError.Forbidden,
        _ => status switch
        {
            401 or 404 when isInteraction => ChatError.InteractionExpired,
            403 => ChatError.Forbidden,
            413 => ChatError.TooLarge,
            _ => ChatError.Invalid,
        },
    };
}
