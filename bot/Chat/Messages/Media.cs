namespace SnapshotBot.Chat.Messages;

/// <summary>A picture at an address, or one of the message's own files.</summary>
public sealed record Media
{
    private const string Scheme = "attachment://";

    private Media(string url) => Url = Limits.MediaUrl.Check(url);

    public string Url { get; }

    /// <summary>The file it names; null for an address.</summary>
    public string? Attachment => Url.StartsWith(Scheme, StringComparison.Ordinal) ? Url[Scheme.Length..] : null;

    public static Media At(Uri address) => new(address.AbsoluteUri);

    public static Media Of(OutgoingFile file) => new(Scheme + file.Name);
}

/// <summary>A small picture at the right of a section.</summary>
public sealed record Thumbnail(Media Media, string? Description = null) : IAccessory
{
    public string? Description { get; } = Limits.MediaDescription.CheckIfAny(Description);

    string? IAccessory.OwnId => null;
    string? IAccessory.Attachment => Media.Attachment;
}

public sealed record GalleryItem(Media Media, string? Description = null)
{
    public string? Description { get; } = Limits.MediaDescription.CheckIfAny(Description);
}

/// <summary>One to ten pictures.</summary>
public sealed record Gallery : Part
{
    public Gallery(IReadOnlyList<GalleryItem> items) => Items = Limits.GalleryItems.Check(items);

    public Gallery(params GalleryItem[] items)
        : this((IReadOnlyList<GalleryItem>)items)
    {
    }

    public IReadOnlyList<GalleryItem> Items { get; }

    internal override IEnumerable<string> Attachments => Items.Select(item => item.Media.Attachment).OfType<string>();
}

/// <summary>One of the message's files, shown as a file. A file no part names isn't shown at all.</summary>
public sealed record FileDisplay(OutgoingFile File) : Part
{
    internal override IEnumerable<string> Attachments => [File.Name];
}

/// <summary>A file to send. The name is made of letters, digits, dots, dashes and underscores: Discord changes others, and then nothing finds it.</summary>
public sealed record OutgoingFile
{
    /// <param name="name">As people see it; what Discord would change becomes an underscore.</param>
    /// <param name="content">Kept, not copied.</param>
    /// <param name="most">What this guild takes a file (an interaction carries it); null means Discord's default.</param>
    public OutgoingFile(string name, ReadOnlyMemory<byte> content, long? most = null)
    {
        Name = Clean(Limits.FileName.Check(name));
        Content = content;
        (most is { } bytes ? Limits.FileBytes with { Most = bytes } : Limits.FileBytes).Check(content.Length);
    }

    public string Name { get; }
    public ReadOnlyMemory<byte> Content { get; }

    private static string Clean(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
}
