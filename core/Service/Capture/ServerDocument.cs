using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Engine;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// <c>/server.json</c> at the root of a snapshot: what the files beside it are and how they were taken. Written once; docs/server-json.md
/// describes it for others. What may change later (name, note, lock) is in the snapshot's tags.
/// </summary>
internal sealed record ServerDocument
{
    public const string FileName = "server.json";

    /// <summary>Raised when a reader of an older number could misunderstand; fields may be added without.</summary>
    public const int CurrentSchema = 1;

    public required int Schema { get; init; }

    /// <summary>The program and version that wrote it.</summary>
    public required string Writer { get; init; }

    public required DocumentServer Server { get; init; }

    public required string CreatedBy { get; init; }

    public required ConsistencyGrade Grade { get; init; }

    /// <summary>Milliseconds from sending pause to unpause answered; absent when nothing was frozen.</summary>
    public double? FreezeMs { get; init; }

    public int? Players { get; init; }

    /// <summary>The game's version as the game itself said it; absent when nobody could tell.</summary>
    public string? GameVersion { get; init; }

    public IReadOnlyList<SnapshotWarning> Warnings { get; init; } = [];

    public IReadOnlyList<DocumentContainer> Containers { get; init; } = [];

    public IReadOnlyList<DocumentMount> Mounts { get; init; } = [];

    /// <summary>Volumes as the engine describes them.</summary>
    public IReadOnlyList<JsonElement> Volumes { get; init; } = [];

    /// <summary>Networks as the engine describes them.</summary>
    public IReadOnlyList<JsonElement> Networks { get; init; } = [];

    public IReadOnlyList<DocumentImage> Images { get; init; } = [];

    /// <summary>Files the next snapshot must read even when they look unchanged, by their path in the snapshot.</summary>
    public IReadOnlyList<DocumentPath> Racy { get; init; } = [];

    /// <summary>Those of them in one folder of the snapshot, by their path in it: whether they are as the snapshot has them only reading tells.</summary>
    public IReadOnlySet<PathBytes> RacyIn(string folder)
    {
        byte[] prefix = [.. System.Text.Encoding.UTF8.GetBytes(folder), (byte)'/'];
        return Racy.Select(path => path.ToBytes()).Where(path => path.AsSpan().StartsWith(prefix)).Select(path => new PathBytes(path[prefix.Length..])).ToHashSet();
    }

    /// <summary>What was there in one folder of the snapshot and could not be read.</summary>
    public UnreadPaths UnreadIn(string folder) => new(folder, [.. Warnings.Where(one => one.Code == UnreadPaths.Code).Select(one => one.Subject)]);
}

/// <summary>Files and folders of a live tree that a snapshot does not hold because they could not be read when it was made.</summary>
internal sealed class UnreadPaths(string folder, IReadOnlyList<string> warned)
{
    /// <summary>Of the warnings that name them.</summary>
    public const string Code = "unreadable";

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(folder + "/");
    private readonly HashSet<string> _paths =
        [.. warned.Where(path => path.StartsWith("/" + folder + "/", StringComparison.Ordinal))];

    /// <summary>As people read them, from the tree's root.</summary>
    public IEnumerable<string> Shown => _paths.Select(path => path[(folder.Length + 2)..]);

    public bool IsEmpty => _paths.Count == 0;

    /// <summary>Whether an entry is one of them or in one. A warning names its path as people read it, so that is what is compared.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        for (var end = path.Length; _paths.Count > 0 && end > 0; end = path[..end].LastIndexOf((byte)'/'))
        {
            if (_paths.Contains("/" + PathText.Show([.. _prefix, .. path[..end]])))
                return true;
        }

        return false;
    }
}

/// <summary>The server a snapshot is of.</summary>
internal sealed record DocumentServer(string Id, string Name, string? Profile, string? ComposeProject, IReadOnlyList<string> Containers)
{
    /// <summary>Patterns of container paths that people had left out; absent for none.</summary>
    public IReadOnlyList<string>? Ignored { get; init; }

    /// <summary>Patterns of container paths at which mounts that are only read were taken in; absent for none.</summary>
    public IReadOnlyList<string>? Included { get; init; }

    /// <summary>Whether other containers that write its data are frozen and stopped along; absent where they are not.</summary>
    public bool? IncludeWriters { get; init; }
}

/// <summary>A container of the server.</summary>
internal sealed record DocumentContainer
{
    public required string Name { get; init; }

    /// <summary><c>running</c>, <c>paused</c> or <c>stopped</c> when the snapshot was made.</summary>
    public required string State { get; init; }

    /// <summary>The engine's own description, without loss. Holds secrets, as the container does.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>The image's id, 64 digits; null when the engine did not say it.</summary>
    public string? Image { get; init; }

    /// <summary>Folder of the writable layer in the snapshot, or null when it is not in it.</summary>
    public string? Layer { get; init; }

    /// <summary>Whether whiteouts and opaque marks are <c>trusted.overlay.*</c> or <c>user.overlay.*</c>.</summary>
    public string? LayerAttributes { get; init; }

    /// <summary>Why the layer is not in the snapshot.</summary>
    public LayerFault? LayerLeftOut { get; init; }

    /// <summary>The id of the image that the engine's own commit made of it, its layer included, where that was asked for; it is in <see cref="ServerDocument.Images"/>.</summary>
    public string? Committed { get; init; }

    /// <summary>Bytes of memory it used when the snapshot was made, without what the kernel caches for it; absent when it did not run or nobody could tell.</summary>
    public long? MemoryUsed { get; init; }

    /// <summary>The definition, to be compared and made anew from.</summary>
    /// <exception cref="EngineAnswerException">It is no description of a container.</exception>
    public ContainerDefinition ToDefinition() => ContainerDefinition.Parse(JsonSerializer.SerializeToUtf8Bytes(Definition, CaptureJson.Default.JsonElement));
}

/// <summary>A mount of the server, once, whoever uses it.</summary>
internal sealed record DocumentMount
{
    /// <summary>Its folder below the root of the snapshot, or null when it was only recorded.</summary>
    public string? Folder { get; init; }

    /// <summary>For a file that is mounted by itself: its name in <see cref="Folder"/>.</summary>
    public string? File { get; init; }

    /// <summary><c>volume</c>, <c>bind</c>, <c>tmpfs</c> or <c>other</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The path on the engine's host.</summary>
    public required string Source { get; init; }

    public string? Volume { get; init; }

    public required IReadOnlyList<DocumentUse> Uses { get; init; }

    /// <summary>Why it was only recorded: <c>read-only</c>, <c>socket</c>, <c>system-file</c>, <c>pseudo-file-system</c>, <c>tmpfs</c>,
    /// <c>not-mounted</c>, <c>unreachable</c>.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>Where a container sees a mount.</summary>
internal sealed record DocumentUse(string Container, string Target, bool ReadOnly);

/// <summary>An image the containers were made from.</summary>
/// <param name="Id">64 digits.</param>
/// <param name="Tags">Its names when the snapshot was made.</param>
/// <param name="Layers">Digests of its layers, uncompressed, the lowest first: equal layers are the same image whatever the id.</param>
/// <param name="Folder">Its files in the snapshot, as <c>docker save</c> writes them, or null when they are not in it.</param>
/// <param name="Files">The files in the order <c>docker load</c> wants them.</param>
internal sealed record DocumentImage(
    string Id, IReadOnlyList<string> Tags, IReadOnlyList<string> Layers, string? Folder, IReadOnlyList<DocumentImageFile> Files);

/// <summary>A file of a saved image.</summary>
internal sealed record DocumentImageFile(string Path, long Size, string? LinkTarget);

/// <summary>A path whose bytes may be no UTF-8: as text when it is, else in base64.</summary>
internal sealed record DocumentPath(string? Text, string? Base64)
{
    private static readonly System.Text.UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static DocumentPath Of(ReadOnlySpan<byte> path)
    {
        try
        {
            return new(Strict.GetString(path), null);
        }
        catch (System.Text.DecoderFallbackException)
        {
            return new(null, Convert.ToBase64String(path));
        }
    }

    public byte[] ToBytes() => Base64 is not null ? Convert.FromBase64String(Base64) : Strict.GetBytes(Text ?? "");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ServerDocument))]
internal sealed partial class CaptureJson : JsonSerializerContext;
