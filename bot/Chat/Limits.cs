namespace SnapshotBot.Chat;

/// <summary>A limit of Discord: what it counts, and how much of it there may be.</summary>
public sealed record ChatLimit(string Name, long Most, long Least = 0);

/// <summary>What was built does not fit. Thrown where the piece is made, so that a test meets it and not a reader at night.</summary>
public sealed class ChatLimitException(ChatLimit limit, long actual) : Exception(
    actual > limit.Most
        ? $"{limit.Name}: {actual} is more than the {limit.Most} Discord takes."
        : $"{limit.Name}: {actual} is less than the {limit.Least} Discord wants.")
{
    public ChatLimit Limit { get; } = limit;
    public long Actual { get; } = actual;
}

/// <summary>What was built has a shape Discord refuses whatever its size (two pieces with one id, a required option after an optional one).</summary>
public sealed class ChatShapeException(string message) : Exception(message);

/// <summary>
/// Discord's limits, as its documentation and its published specification have them. Lengths count UTF-16 units: never less than what Discord
/// counts, so what passes here passes there.
/// </summary>
public static class Limits
{
    public const long Mebibyte = 1024 * 1024;

    public static readonly ChatLimit CommandName = new("command name", 32, 1);
    public static readonly ChatLimit CommandDescription = new("command description", 100, 1);
    public static readonly ChatLimit CommandOptions = new("options of a command", 25);
    public static readonly ChatLimit CommandCharacters = new("characters of a command", 8000);
    public static readonly ChatLimit CommandsInAll = new("commands", 100);
    public static readonly ChatLimit Choices = new("choices", 25);
    public static readonly ChatLimit ChoiceName = new("choice name", 100, 1);
    public static readonly ChatLimit ChoiceValue = new("choice value", 100);
    public static readonly ChatLimit Content = new("message text", 2000, 1);
    public static readonly ChatLimit Embeds = new("embeds", 10);
    public static readonly ChatLimit EmbedTitle = new("embed title", 256);
    public static readonly ChatLimit EmbedDescription = new("embed description", 4096);
    public static readonly ChatLimit EmbedFields = new("embed fields", 25);
    public static readonly ChatLimit EmbedFieldName = new("embed field name", 256, 1);
    public static readonly ChatLimit EmbedFieldValue = new("embed field value", 1024, 1);
    public static readonly ChatLimit EmbedCharacters = new("characters of all embeds", 6000);
    public static readonly ChatLimit Components = new("components of a message", 40, 1);
    public static readonly ChatLimit TextCharacters = new("characters of all text displays", 4000);
    public static readonly ChatLimit TextDisplay = new("text display", 4000, 1);
    public static readonly ChatLimit SectionTexts = new("texts of a section", 3, 1);
    public static readonly ChatLimit ContainerParts = new("parts of a container", 39, 1);
    public static readonly ChatLimit RowButtons = new("buttons of a row", 5, 1);
    public static readonly ChatLimit GalleryItems = new("pictures of a gallery", 10, 1);
    public static readonly ChatLimit MediaDescription = new("picture description", 1024, 1);
    public static readonly ChatLimit MediaUrl = new("picture address", 2048, 1);
    public static readonly ChatLimit AccentColour = new("accent colour", 0xFFFFFF);
    public static readonly ChatLimit CustomId = new("custom_id", 100, 1);
    public static readonly ChatLimit ButtonLabel = new("button label", 80, 1);
    public static readonly ChatLimit ButtonUrl = new("button address", 512, 1);
    public static readonly ChatLimit SelectOptions = new("options of a select", 25, 1);
    public static readonly ChatLimit SelectOptionText = new("select option", 100, 1);
    public static readonly ChatLimit SelectPlaceholder = new("select placeholder", 150, 1);
    public static readonly ChatLimit SelectPicks = new("picks of a select", 25);
    public static readonly ChatLimit ModalRows = new("rows of a modal", 5, 1);
    public static readonly ChatLimit ModalTitle = new("modal title", 45, 1);
    public static readonly ChatLimit FieldLabel = new("label of a modal's field", 45, 1);
    public static readonly ChatLimit FieldDescription = new("description of a modal's field", 100, 1);
    public static readonly ChatLimit InputValue = new("text of an input", 4000);
    public static readonly ChatLimit InputPlaceholder = new("placeholder of an input", 100, 1);
    public static readonly ChatLimit Files = new("files of a message", 10);
    public static readonly ChatLimit FileName = new("file name", 255, 1);
    public static readonly ChatLimit FileBytes = new("bytes of a file", 10 * Mebibyte);
    public static readonly ChatLimit RequestBytes = new("bytes of a request", 25 * Mebibyte);

    /// <summary>The largest file any place takes, whatever it says of itself: a request holds it and what is written of it.</summary>
    public static readonly long LargestFile = RequestBytes.Most - (64 * 1024);
    public static readonly ChatLimit MentionedRoles = new("mentioned roles", 100);
    public static readonly ChatLimit Nonce = new("nonce", 25, 1);
    public static readonly ChatLimit Presence = new("presence", 128, 1);

    internal static string Check(this ChatLimit limit, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        limit.Check(text.Length);
        return text;
    }

    internal static string? CheckIfAny(this ChatLimit limit, string? text) => text is null ? null : limit.Check(text);

    internal static IReadOnlyList<T> Check<T>(this ChatLimit limit, IReadOnlyList<T> list)
    {
        limit.Check(list.Count);
        return list;
    }

    internal static long Check(this ChatLimit limit, long actual) =>
        actual >= limit.Least && actual <= limit.Most ? actual : throw new ChatLimitException(limit, actual);

    internal static void Unique(string what, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
            {
                throw new ChatShapeException($"{what} '{name}' is there twice.");
            }
        }
    }
}
