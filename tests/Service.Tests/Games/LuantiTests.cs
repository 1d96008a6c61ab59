using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

/// <summary>A real game server, Debian's Luanti (minetest-server 5.6.1), while a mod of it changes the world at full speed.</summary>
public sealed class LuantiTests
{
    private const string Tag = "snapshotbot-test/luanti-server:1";

    private const string Load = """
        local storage = minetest.get_mod_storage()
        local n = storage:get_int("n")
        minetest.log("action", "[load] opened at " .. n)
        minetest.set_mapgen_setting("mg_name", "flat", true)
        local x = 0
        minetest.register_globalstep(function()
          n = n + 1
          storage:set_int("n", n)
          for i = 1, 100 do
            local at = { x = (n * 7 + i * 13) % 160, y = 9 + i % 4, z = (n * 3 + i * 5) % 160 }
            minetest.set_node(at, { name = (n + i) % 2 == 0 and "default:stone" or "default:dirt" })
          end
          if n % 5 == 0 then
            minetest.emerge_area({ x = x % 640, y = -16, z = 0 }, { x = x % 640 + 31, y = 31, z = 159 })
            x = x + 32
          end
        end)
        """;

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_LUANTI_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 2;

    private static CancellationToken Cancel => ServiceBench.Cancel;

    [Fact]
    public async Task SnapshotAndRestore_UnderLoad_WorldOpensWhole()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await ImportAsync(bench);
        var world = bench.Engine.Name("world");
        var id = await bench.Engine.StartAsync(
            new ContainerBlueprint
            {
                Image = Tag,
                Command = ["/usr/lib/minetest/minetestserver", "--world", "/world", "--gameid", "minetest", "--config", "/etc/minetest.conf"],
                Environment = ["HOME=/tmp", $"LD_LIBRARY_PATH={Libraries}"],
                Mounts = [BlueprintMount.Volume(world, "/world")],
            },
            "luanti",
            Cancel);
        var server = await bench.AddServerAsync("Luanti", id);
        var path = (await bench.Engine.Engine.Volumes.InspectAsync(world, Cancel)).MountPoint;
        var counter = await PlayAsync(bench, path, 0);

        for (var round = 0; round < Rounds; round++)
        {
            var snapshot = await bench.SnapshotAsync(server.Id);
            var later = await PlayAsync(bench, path, Math.Max(counter, Counter(path)) + 20);
            later.ShouldBeGreaterThan(counter);
            var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
            restored.Killed.ShouldBeEmpty();
            await WaitReadyAsync(bench);

            var opened = await OpenedAtAsync(bench, id);
            opened.ShouldBeGreaterThanOrEqualTo(counter, $"round {round}: nothing older than the snapshot's beginning");
            opened.ShouldBeLessThan(later, $"round {round}: nothing of after the snapshot");
            counter = await PlayAsync(bench, path, opened + 20);
        }

        await bench.Engine.Engine.Containers.StopAsync(id, TimeSpan.FromSeconds(60), Cancel);
        foreach (var database in Directory.EnumerateFiles(path, "*.sqlite"))
            Ask(database, "PRAGMA integrity_check").ShouldBe("ok", database);
        (await bench.Engine.Engine.Containers.ReadLogTailAsync(id, 100_000, Cancel)).ShouldNotContain("ERROR[");
    }

    private static string Root => TestTool.Require("SNAPSHOTBOT_TEST_LUANTI");

    /// <summary>Named outright: the image was unpacked, not installed, so no linker's cache knows them.</summary>
    private static string Libraries
    {
        get
        {
            var machine = Path.GetFileName(Directory.GetDirectories(Path.Combine(Root, "usr", "lib"), "*-linux-gnu*")[0]);
            return $"/usr/lib/{machine}:/lib/{machine}";
        }
    }

    /// <summary>Waits until the world on the disk is past a count; the count then.</summary>
    private static async Task<long> PlayAsync(ServiceBench bench, string path, long past)
    {
        await WaitReadyAsync(bench);
        while (true)
        {
            Cancel.ThrowIfCancellationRequested();
            if (Counter(path) is var count && count > past)
                return count;
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }
    }

    /// <summary>The mod's counter as the world's database has it.</summary>
    private static long Counter(string path)
    {
        var database = Path.Combine(path, "mod_storage.sqlite");
        if (!File.Exists(database))
            return 0;
        try
        {
            return long.TryParse(Ask(database, "SELECT CAST(value AS TEXT) FROM entries WHERE CAST(key AS TEXT) = 'n'"), CultureInfo.InvariantCulture, out var count) ? count : 0;
        }
        catch (SqliteException)
        {
            // The game is writing it, or has just made it.
            return 0;
        }
    }

    private static string? Ask(string database, string question)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar()?.ToString();
    }

    private static async Task WaitReadyAsync(ServiceBench bench)
    {
        while (true)
        {
            var game = await bench.Get<GameFinder>().ForAsync(bench.Get<ServerStore>().All()[0], Cancel);
            game.Profile.Name.ShouldBe("luanti");
            if (await game.ReadyAsync(Cancel) is ReadyAnswer.Ready)
                return;
            (await bench.InspectAsync(game.Container!.Id)).State.IsRunning.ShouldBeTrue(await bench.Engine.Engine.Containers.ReadLogTailAsync(game.Container.Id, 20, Cancel));
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }
    }

    /// <summary>What the game said when it opened the world last.</summary>
    private static async Task<long> OpenedAtAsync(ServiceBench bench, ContainerId id)
    {
        const string mark = "[load] opened at ";
        var line = (await bench.Engine.Engine.Containers.ReadLogTailAsync(id, 100_000, Cancel)).Split('\n').Last(one => one.Contains(mark, StringComparison.Ordinal));
        return long.Parse(line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Trim(), CultureInfo.InvariantCulture);
    }

    private static async Task ImportAsync(ServiceBench bench)
    {
        if (await bench.Engine.Engine.Images.FindAsync(Tag, Cancel) is not null)
            return;
        var tar = Path.Combine(bench.Root, "luanti.tar");
        await using (var file = File.Create(tar))
            await WriteAsync(file, Root);
        await using var content = File.OpenRead(tar);
        await bench.Engine.Engine.Images.ImportAsync(content, ImageTag.Parse(Tag), [], Cancel);
    }

    private static async Task WriteAsync(Stream output, string root)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            var name = Path.GetRelativePath(root, entry.FullName);
            if (entry.LinkTarget is null && name.StartsWith("usr/share/doc", StringComparison.Ordinal))
                continue;
            await tar.WriteEntryAsync(entry.FullName, name, Cancel);
        }

        const string mod = "usr/share/games/minetest/games/minetest_game/mods/load";
        await AddAsync(tar, $"{mod}/mod.conf", "name = load\ndepends = default\n");
        await AddAsync(tar, $"{mod}/init.lua", Load);
        await AddAsync(tar, "etc/minetest.conf", "mg_name = flat\nserver_map_save_interval = 0.5\nmax_users = 4\nport = 30000\nserver_announce = false\n");
        foreach (var folder in (string[])["world", "tmp"])
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0x1FF }, Cancel);
    }

    private static async Task AddAsync(TarWriter tar, string name, string text) =>
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0x1A4, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, Cancel);
}
