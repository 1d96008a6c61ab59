namespace SnapshotBot.Bot.Demo;

/// <summary>The data folder of one demo, held while it runs: a folder nobody holds is what a killed demo left.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Prefix = "snapshotbot-demo-";
    private const int IdLength = 6;

    private readonly DirectoryInfo _folder;
    private readonly FileStream _held;

    private DemoFolder(DirectoryInfo folder, FileStream held)
    {
        _folder = folder;
        _held = held;
    }

    public string Id => _folder.Name[Prefix.Length..];

    /// <summary>Where the demo's catalog and repository go.</summary>
    public string DataPath => Path.Combine(_folder.FullName, "data");

    public static DemoFolder Make(string id)
    {
        var folder = new DirectoryInfo(Path.Combine(Path.GetTempPath(), Prefix + id));
        folder.Create();
        folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return new DemoFolder(folder, Hold(folder, FileMode.CreateNew));
    }

    /// <summary>Puts a game's profile into the data folder, as its user would.</summary>
    public void AddProfile(string name, ReadOnlySpan<byte> content)
    {
        var profiles = new DirectoryInfo(Path.Combine(DataPath, "profiles"));
        profiles.Create();
        using var file = new FileStream(Path.Combine(profiles.FullName, name + ".json"), FileMode.Create, FileAccess.Write);
        file.Write(content);
    }

    /// <summary>Folders of demos that were killed, each held now.</summary>
    public static IEnumerable<DemoFolder> Abandoned()
    {
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            var id = folder.Name[Prefix.Length..];
            if (id.Length == IdLength && id.All(char.IsAsciiHexDigitLower) && folder.LinkTarget is null && TryHold(folder) is { } held)
            {
                yield return new DemoFolder(folder, held);
            }
        }
    }

    /// <summary>Removes what was made on the engine, and then this folder; while something is left there it stays, since the next start knows by it what to remove.</summary>
    /// <returns>What is left, none when all is gone.</returns>
    public async Task<IReadOnlyList<string>> CleanUpAsync(Func<Task<IReadOnlyList<string>>> removeMade)
    {
        var left = await removeMade();
        if (left.Count == 0)
        {
            _folder.Delete(recursive: true);
        }

        return left;
    }

    public void Dispose() => _held.Dispose();

    private static FileStream? TryHold(DirectoryInfo folder)
    {
        try
        {
            // A bot that was started in it and is still ending holds this one.
            var runner = Path.Combine(folder.FullName, "data", "runner.lock");
            if (Path.Exists(runner))
            {
                using var free = new FileStream(runner, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }

            // Everybody may write where these lie: a link that another user put here must make nothing where it leads.
            return Hold(folder, FileMode.Open);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It runs, or it is another user's.
            return null;
        }
    }

    private static FileStream Hold(DirectoryInfo folder, FileMode mode) =>
        new(Path.Combine(folder.FullName, "held"), mode, FileAccess.ReadWrite, FileShare.None);
}
