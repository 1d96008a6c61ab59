namespace SnapshotBot.Chat.Native;

/// <summary>The bot's token. Prints as nothing, so that no log, exception or debugger line can hold it by accident.</summary>
public sealed class BotToken
{
    private const string Prefix = "Bot ";
    private readonly string _value;

    public BotToken(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = value.Trim();
        _value = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..].Trim() : text;
        if (_value.Length == 0 || !_value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            // What can't be a token is never sent: the answer is known, and it would cost a login.
            throw new ChatStoppedException(ChatStop.BadToken, 0);
        }
    }

    /// <summary>For the wire only.</summary>
    internal string Reveal() => _value;

    public override string ToString() => "(token)";
}
