using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Tests.FileSystem;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>A small world in an <see cref="Archive"/>'s folder, and what a game does to its files.</summary>
internal static class PlayedWorld
{
    public static Archive MakeWorld()
    {
        var archive = new Archive();
        var random = new Random(7);
        foreach (var folder in (string[])["region", "players", "logs", "gone/below", "empty"])
            Directory.CreateDirectory(archive.Folder.At(folder));
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllBytes(archive.Folder.At($"region/r.{i}.mca"), Noise(random, 300_000 + (i * 4096)));
            File.WriteAllBytes(archive.Folder.At($"players/p{i}.dat"), Noise(random, 900 * i));
        }

        File.WriteAllBytes(archive.Folder.At("shrunk.db"), Noise(random, 700_000));
        File.WriteAllText(archive.Folder.At("logs/latest.log"), string.Concat(Enumerable.Repeat("a line of a log\n", 20_000)));
        File.WriteAllText(archive.Folder.At("gone/below/file"), "gone soon");
        return archive;
    }

    /// <summary>A pass that relies on no time younger than now.</summary>
    public static PassOptions Remembering(ScratchFolder folder)
    {
        WaitForClock(folder);
        return new() { Remembers = true, SyncedAt = UnixTime.From(DateTimeOffset.UtcNow) };
    }

    /// <summary>Some of what a game does to its files, chosen at random.</summary>
    public static void Play(ScratchFolder folder, Random random)
    {
        for (var i = 0; i < 12; i++)
        {
            var region = $"region/r.{random.Next(6)}.mca";
            switch (random.Next(6))
            {
                case 0:
                    Change(folder, region, random.Next(200_000), random.Next(1, 90_000));
                    break;
                case 1:
                    File.AppendAllText(folder.At("logs/latest.log"), new string('x', random.Next(1, 200_000)));
                    break;
                case 2:
                    using (var file = new FileStream(folder.At(region), FileMode.Open))
                        file.SetLength(random.Next(100_000, 900_000));
                    break;
                case 3:
                    File.WriteAllBytes(folder.At("players/next"), Noise(random, random.Next(5_000)));
                    File.Move(folder.At("players/next"), folder.At($"players/p{random.Next(9)}.dat"), overwrite: true);
                    break;
                case 4:
                    File.Delete(folder.At($"players/p{random.Next(9)}.dat"));
                    break;
                default:
                    Directory.CreateDirectory(folder.At($"made/{random.Next(4)}"));
                    File.WriteAllText(folder.At($"made/{random.Next(1)}x"), "made");
                    break;
            }
        }
    }

    public static void Change(ScratchFolder folder, string name, int at, int length)
    {
        using var file = new FileStream(folder.At(name), FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var old = new byte[length];
        var read = file.ReadAtLeast(old, length, throwOnEndOfStream: false);
        for (var i = 0; i < read; i++)
            old[i] ^= 0x5a;
        file.Position = at;
        file.Write(old, 0, read);
    }

    public static void WriteLarge(ScratchFolder folder, string name, int length) => File.WriteAllBytes(folder.At(name), Noise(new Random(3), length));

    public static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Waits until the clock files are stamped with has gone on by more than its grain.</summary>
    public static void WaitForClock(ScratchFolder folder)
    {
        UnixTime Now()
        {
            var name = "clock-" + Guid.NewGuid().ToString("N");
            File.WriteAllText(folder.At(name), "");
            var now = Times(folder, name).Modified;
            File.Delete(folder.At(name));
            return now;
        }

        for (var limit = UnixTime.From(Now().ToDateTimeOffset().AddMilliseconds(60)); Now() < limit;)
        {
        }
    }

    public static (UnixTime Modified, UnixTime Changed) Times(ScratchFolder folder, string name)
    {
        folder.Root.TryStat(ScratchFolder.Bytes(name), out var status).ShouldBeTrue();
        return (status.Modified, status.Changed);
    }
}
