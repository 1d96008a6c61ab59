using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Backends;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>A repository with very many snapshots of one tree, as years of an hourly schedule leave it.</summary>
internal static class ManySnapshots
{
    /// <summary>Adds snapshots like the newest one, an hour apart and each with a name of its own. They are sealed in memory and written plainly:
    /// a test waits for no disk.</summary>
    public static async Task AddAsync(string repository, string password, int count, CancellationToken cancellationToken)
    {
        var memory = new MemoryBackend();
        memory.Put(RepositoryFile.Config, await File.ReadAllBytesAsync(Path.Combine(repository, "config"), cancellationToken));
        await TakeAsync(memory, repository, "keys", FileKind.Key, cancellationToken);
        await TakeAsync(memory, repository, "snapshots", FileKind.Snapshot, cancellationToken);
        await using var open = await new RepositoryOpener(TimeProvider.System).OpenAsync(memory, password, cancellationToken);
        var files = new SnapshotFiles(open);
        var model = (await files.LoadAllAsync(cancellationToken))[^1].File;
        foreach (var file in memory.OfKind(FileKind.Snapshot).ToList())
        {
            memory.Lose(file);
        }

        for (var i = 1; i <= count; i++)
        {
            var kept = model.AllTags.Where(tag => !tag.StartsWith("id=", StringComparison.Ordinal) && !tag.StartsWith("name=", StringComparison.Ordinal));
            await files.SaveAsync(
                model with { Time = model.Time.AddHours(-i), Tags = [$"id={i:x16}", $"name={NameOf(i)}", .. kept], Parent = null }, cancellationToken);
        }

        foreach (var file in memory.OfKind(FileKind.Snapshot))
        {
            await File.WriteAllBytesAsync(Path.Combine(repository, "snapshots", file.Id.ToString()), memory.Files[file], cancellationToken);
        }
    }

    /// <summary>The name of the n-th.</summary>
    public static string NameOf(int number) => $"{Words[number % Words.Length]} {number}";

    private static readonly string[] Words = ["nightly", "before-update", "after the raid", "hourly", "Brücke fertig", "last one on 1.21"];

    private static async Task TakeAsync(MemoryBackend memory, string repository, string folder, FileKind kind, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(repository, folder)))
        {
            if (ObjectId.TryParse(Path.GetFileName(path), out var id))
            {
                memory.Put(new RepositoryFile(kind, id), await File.ReadAllBytesAsync(path, cancellationToken));
            }
        }
    }
}
