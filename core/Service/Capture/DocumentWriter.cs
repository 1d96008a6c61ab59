using System.Text.Json;
using SnapshotBot.Engine;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;

namespace SnapshotBot.Service.Capture;

/// <summary>Turns what was inspected into parts of <c>server.json</c>.</summary>
internal static class DocumentWriter
{
    public static DocumentContainer Container(InspectedContainer container, ImageDetails? committed, long? memoryUsed) => new()
    {
        Name = container.Name,
        State = container.StateText,
        Definition = Element(container.Details.Definition.Json),
        Image = container.Details.ImageId?.Value,
        Layer = container.Layer.Upper is null ? null : SnapshotLayout.LayerFolder(container.Name),
        LayerAttributes = container.Layer.Upper is null ? null : container.Layer.UsesUserAttributes ? "user" : "trusted",
        LayerLeftOut = container.Layer.Fault,
        Committed = committed?.Id.Value,
        MemoryUsed = memoryUsed,
    };

    public static JsonElement Element(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>Turns the archive's troubles into warnings.</summary>
internal static class CaptureWarnings
{
    public static SnapshotWarning Of(ArchiveWarning warning) => new(
        warning.Trouble switch
        {
            ArchiveTrouble.Vanished => "vanished-while-read",
            ArchiveTrouble.ChangedWhileRead => "changed-while-read",
            ArchiveTrouble.OtherMount => "other-mount",
            ArchiveTrouble.AttributeLeftOut => "attribute-left-out",
            _ => UnreadPaths.Code,
        },
        "/" + warning.Path,
        warning.Reason);
}
