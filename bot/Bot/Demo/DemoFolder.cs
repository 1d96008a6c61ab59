using System.Globalization;
using System.Text;
using SnapshotBot.Storage.FileSystem;

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
        return new DemoFolder(folder, Hold(folder));
    }

    /// <summary>Folders of demos that were killed, each held now. Everybody may write where they lie: what another user put there is left alone, links in it too.</summary>
    public static IEnumerable<DemoFolder> Abandoned()
    {
        using var temp = DirectoryHandle.OpenRoot(Path.GetTempPath());
        using var processes = DirectoryHandle.OpenRoot("/proc");
        var own = processes.TryStat(Encoding.UTF8.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), out var me) ? me.UserId : (uint?)null;
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            var id = folder.Name[Prefix.Length..];
            var isOurs = temp.TryStat(Encoding.UTF8.GetBytes(folder.Name), out var status) && status.Type == FileType.Directory && status.UserId == own;
            if (isOurs && id.Length == IdLength && id.All(char.IsAsciiHexDigitLower) && TryHold(folder) is { } held)
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

            return Hold(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It runs, or it is another user's.
            return null;
        }
    }

    private static FileStream Hold(DirectoryInfo folder) =>
        new(Path.Combine(folder.FullName, "held"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
