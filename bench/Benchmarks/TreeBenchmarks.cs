using System.Text;
using BenchmarkDotNet.Attributes;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Benchmarks;

/// <summary>The JSON of a folder of 10,000 small files, written and read.</summary>
public class TreeBenchmarks
{
    private const int Files = 10_000;
    private readonly TreeWriter _writer = new();
    private Node[] _nodes = [];
    private byte[] _json = [];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _nodes = [.. Enumerable.Range(0, Files).Select(i => MakeNode(i, new UnixTime(1_760_000_000 - random.Next(1_000_000), random.Next(1_000_000_000))))];
        _json = _writer.Write(_nodes).ToArray();
    }

    [Benchmark]
    public int Write() => _writer.Write(_nodes).Length;

    [Benchmark]
    public int Read() => TreeReader.Read(_json, default).Nodes.Count;

    private static Node MakeNode(int i, UnixTime time) => new()
    {
        Name = Encoding.ASCII.GetBytes($"f{i:d5}.lua"),
        Type = NodeType.File,
        Permissions = 0x1A4,
        ModifiedAt = time,
        AccessedAt = time,
        ChangedAt = time,
        User = "root",
        Group = "root",
        Inode = (ulong)i + 1_000_000,
        DeviceId = 65024,
        Size = 4000,
        Links = 1,
        Content = [new BlobId(ObjectId.Random())],
    };
}
