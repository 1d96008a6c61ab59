namespace SnapshotBot.Storage.Backends;

/// <summary>Where restic keeps each kind of file below a repository's folder.</summary>
/// <remarks>Layout "default" of the chapter "Repository Format" in restic's documentation; packs are spread over 256 folders.</remarks>
internal static class LocalLayout
{
    public const string ConfigName = "config";
    public const string PackFolder = "data";
    public const int PackFolders = 256;

    /// <summary>The folders right below the repository's.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["keys", "locks", "snapshots", "index", PackFolder];

    /// <summary>The 256 folders that hold packs.</summary>
    public static IEnumerable<string> AllPackFolders =>
        Enumerable.Range(0, PackFolders).Select(number => $"{PackFolder}/{PackFolderName(number)}");

    /// <summary>The folder of a kind; empty for the config, which lies at the top.</summary>
    public static string FolderOf(FileKind kind) => kind switch
    {
        FileKind.Config => "",
        FileKind.Key => "keys",
        FileKind.Lock => "locks",
        FileKind.Snapshot => "snapshots",
        FileKind.Index => "index",
        FileKind.Pack => PackFolder,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of file."),
    };

    /// <summary>All folders that hold files of a kind.</summary>
    public static IEnumerable<string> FoldersOf(FileKind kind) => kind == FileKind.Pack ? AllPackFolders : [FolderOf(kind)];

    /// <summary>The two digits that name one of the 256 folders of packs.</summary>
    public static string PackFolderName(int number) => number.ToString("x2");

    /// <summary>Folder and name of a file, relative to the repository's folder.</summary>
    public static (string Folder, string Name) Locate(RepositoryFile file)
    {
        if (file.Kind == FileKind.Config)
        {
            return ("", ConfigName);
        }

        var name = file.Id.ToString();
        return file.Kind == FileKind.Pack ? ($"{PackFolder}/{name[..2]}", name) : (FolderOf(file.Kind), name);
    }
}
