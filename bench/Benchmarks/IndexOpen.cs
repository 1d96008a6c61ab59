using System.Diagnostics;
using System.Globalization;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Benchmarks;

/// <summary>
/// Opens a repository of very many blobs in a fresh process. <c>index-open make FOLDER [BLOBS]</c> writes one that has index files and
/// nothing else; <c>index-open FOLDER</c> opens it and prints seconds and the most memory the process ever held.
/// </summary>
internal static class IndexOpen
{
    private const string Password = "index-open";
    private const int BlobsOfAPack = 400;

    public static async Task RunAsync(string[] args)
    {
        if (args is ["make", var folder, ..])
        {
            await MakeAsync(folder, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10_000_000);
        }
        else
        {
            await OpenAsync(args[0]);
        }
    }

    private static async Task MakeAsync(string folder, int blobs)
    {
        await using var repository = await new RepositoryOpener(TimeProvider.System).CreateAsync(Backend(folder), Password, CancellationToken.None);
        var writer = new IndexFileWriter();
        var sizes = new Random(1);
        for (var made = 0; made < blobs;)
        {
            writer.Begin([]);
            for (var full = Math.Min(blobs, made + IndexFileWriter.FullAt); made < full;)
            {
                var pack = new PackId(ObjectId.Random());
                var count = Math.Min(BlobsOfAPack, full - made);
                writer.Add(pack, Pack(pack, count, sizes));
                made += count;
            }

            await repository.Files.SaveAsync(FileKind.Index, writer.End(), CancellationToken.None);
        }
    }

    private static IEnumerable<IndexedBlob> Pack(PackId pack, int count, Random sizes)
    {
        uint offset = 0;
        for (var i = 0; i < count; i++)
        {
            var length = (uint)sizes.Next(500, 70_000);
            var kind = i % 50 == 0 ? BlobKind.Tree : BlobKind.Data;
            yield return new IndexedBlob(new BlobId(ObjectId.Random()), new BlobLocation(pack, kind, offset, length, length + (length / 3)));
            offset += length;
        }
    }

    private static async Task OpenAsync(string folder)
    {
        var watch = Stopwatch.StartNew();
        await using var repository = await new RepositoryOpener(TimeProvider.System).OpenAsync(Backend(folder), Password, CancellationToken.None);
        var opened = watch.Elapsed;
        var loaded = await IndexLoader.LoadAsync(repository, CancellationToken.None);
        var seconds = watch.Elapsed.TotalSeconds;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{loaded.Index.DistinctCount:n0} blobs from {loaded.Files.Count} files in {seconds:f2} s ({opened.TotalSeconds:f2} s of it the key), "
            + $"{process.TotalProcessorTime.TotalSeconds:f2} s of processor; index {loaded.Index.MemoryBytes >> 20} MiB, peak {process.PeakWorkingSet64 >> 20} MiB"));
    }

    private static LocalBackend Backend(string folder) => new(folder, new LocalBackendOptions());
}
