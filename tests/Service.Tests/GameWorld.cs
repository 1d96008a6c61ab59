using SnapshotBot.Engine;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;

namespace SnapshotBot.Service.Tests;

/// <summary>A world of a volume at /data, a bind at /conf and a layer, with all that files carry; and that world after somebody was at it.</summary>
internal static class GameWorld
{
    private const string Mounts =
        "mkdir -p /data/region /data/deep/er && echo world > /data/region/r.0.0.mca && ln -s region /data/link && ln /data/region/r.0.0.mca /data/hard && ln /data/hard /data/deep/er/third"
        + " && mkfifo /data/fifo && mknod /data/device c 1 3 && echo keep > /data/keep && chmod 640 /data/keep && chown 1000:1000 /data/keep && echo twin > /data/one && cp -p /data/one /data/two"
        + " && echo port=1 > /conf/server.properties";

    private const string Layer =
        "echo added > /game/new.txt && echo changed > /game/server.properties && rm -r /game/mods && mkdir /game/mods && echo three > /game/mods/three.jar && rm /bin/tee"
        + " && mkdir /game/plugins && cp /bin/busybox /game/plugins/run";

    private const string DestroyMounts =
        "rm -r /data/region && echo griefed > /data/keep && chmod 777 /data/keep && echo bad > /data/bad && cp -p /data/hard /data/apart && mv /data/apart /data/hard && ln -f /data/one /data/two"
        + " && rm /data/device && mknod /data/device c 1 5 && chmod 600 /data/fifo && rm /data/link && ln -s deep /data/link && rm /conf/server.properties && mkdir /conf/junk";

    private const string DestroyLayer =
        "rm /game/new.txt && echo broken > /game/server.properties && rm -r /game/mods && mkdir /game/mods && echo virus > /game/mods/virus.jar && ln -s busybox /bin/tee";

    /// <summary>What <see cref="WorldPrint"/> has to look at to see all of it.</summary>
    public static string[] Tops { get; } = ["/data", "/conf", "/game", "/bin"];

    public static async Task MakeAsync(ServiceBench bench, ContainerId game)
    {
        await bench.ShellAsync(game, Mounts);
        await MakeLayerAsync(bench, game);
        var root = await WorldPrint.RootAsync(bench.Engine, game);
        Adorn(root + "/data", of: 1);
        Adorn(root + "/conf", of: 1);
    }

    public static async Task DestroyAsync(ServiceBench bench, ContainerId game)
    {
        await bench.ShellAsync(game, DestroyMounts);
        await DestroyLayerAsync(bench, game);
        var root = await WorldPrint.RootAsync(bench.Engine, game);
        Adorn(root + "/data", of: 2);
        Adorn(root + "/conf", of: 2);
    }

    /// <summary>Only what is in the container itself.</summary>
    public static async Task MakeLayerAsync(ServiceBench bench, ContainerId game)
    {
        await bench.ShellAsync(game, Layer);
        Adorn(await WorldPrint.RootAsync(bench.Engine, game) + "/game", of: 1);
    }

    /// <inheritdoc cref="MakeLayerAsync"/>
    public static async Task DestroyLayerAsync(ServiceBench bench, ContainerId game)
    {
        await bench.ShellAsync(game, DestroyLayer);
        Adorn(await WorldPrint.RootAsync(bench.Engine, game) + "/game", of: 2);
    }

    /// <summary>
    /// Entries whose attributes, access lists, owners and times are set from the host: the first time as they are to be kept, the second time
    /// other ones, of which each file differs in one thing alone.
    /// </summary>
    private static void Adorn(string folder, byte of)
    {
        using var above = DirectoryHandle.OpenRoot(folder);
        if (of == 1)
            above.CreateDirectory("adorned"u8, 0x1ed);
        using var at = above.OpenDirectory("adorned"u8);
        var path = Path.Combine(folder, "adorned");
        if (of == 1)
        {
            foreach (var name in (string[])["note", "list", "gone", "nanosecond", "capable", "owned"])
                File.WriteAllText(Path.Combine(path, name), name);
            at.CreateDirectory("inherits"u8, 0x1ed);
            at.SetAttribute("gone"u8, "user.binary"u8, [0, 1, 255]);
            at.SetAttribute("inherits"u8, "user.empty"u8, []);
        }
        else
        {
            at.RemoveAttribute("gone"u8, "user.binary"u8);
        }

        File.WriteAllText(Path.Combine(path, "inherits", "replaced"), of == 1 ? "first" : "second");
        at.SetAttribute("note"u8, "user.note"u8, [of]);
        at.SetAttribute("list"u8, "system.posix_acl_access"u8, PosixAttributes.AccessList(0x1a4, user: 1000u + of));
        at.SetAttribute("inherits"u8, "system.posix_acl_default"u8, PosixAttributes.AccessList(0x1ed, user: 1000u + of));

        // An owner that is set takes capabilities and the set-user bit away: a restore has to know the order.
        at.SetOwner("owned"u8, 1000u + of, 7);
        at.SetMode("owned"u8, 0x9ed);
        at.SetOwner("capable"u8, 1000u + of, 7);
        at.SetAttribute("capable"u8, "security.capability"u8, PosixAttributes.BindsLowPorts);
        foreach (var name in (byte[][])["note"u8.ToArray(), "list"u8.ToArray(), "gone"u8.ToArray(), "capable"u8.ToArray(), "owned"u8.ToArray()])
            at.SetTimes(name, new UnixTime(3, 3), new UnixTime(1_000_000_000, 123_456_789));
        at.SetTimes("nanosecond"u8, new UnixTime(3, 3), new UnixTime(1_000_000_000, 123_456_788 + of));
        at.SetTimes(new UnixTime(5, 5), new UnixTime(1_000_000_000, of));
    }
}
