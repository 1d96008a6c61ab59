namespace SnapshotBot.Bot.Demo;

/// <summary>The game of the demo: a shell that stays up, a day of building, a dragon, and a hash over all that makes the world.</summary>
internal static class DemoScripts
{
    public const string Server = "/game/server.sh";
    public const string Build = "/game/build.sh";
    public const string Dragon = "/game/dragon.sh";
    public const string Hash = "/game/hash.sh";

    /// <summary>Path and content of what the image holds of the game.</summary>
    public static IReadOnlyList<(string Name, string Text)> Files { get; } =
    [
        ("game/server.sh", """
            trap 'echo "world saved"; exit 0' TERM INT
            echo "the castle server is up"
            while :; do sleep 1 & wait $!; done

            """),
        ("game/build.sh", """
            set -e
            mkdir -p /data/world/regions /data/players
            n=0
            while [ $n -lt 24 ]; do
              dd if=/dev/urandom of=/data/world/regions/r.$n.region bs=65536 count=8 2>/dev/null
              n=$((n + 1))
            done
            echo "day 1: the castle stands" > /data/world/level.dat
            echo "Anna: 12 gold" > /data/players/anna.dat
            echo "Ben: 3 gold" > /data/players/ben.dat
            ln -s world/level.dat /data/latest
            chmod 640 /data/players/anna.dat /data/players/ben.dat
            chown -R 1000:1000 /data/players
            echo "better castles 1.4" > /game/mods/better-castles.mod
            echo "greeting=Welcome to the castle" > /game/server.properties

            """),
        ("game/dragon.sh", """
            set -e
            for n in 3 7 11; do
              dd if=/dev/urandom of=/data/world/regions/r.$n.region bs=4096 seek=$n count=5 conv=notrunc 2>/dev/null
            done
            rm /data/world/regions/r.5.region /data/world/regions/r.6.region /data/players/ben.dat
            echo "day 2: ashes" > /data/world/level.dat
            echo "a nest" > /data/world/regions/r.dragon.region
            rm /game/mods/better-castles.mod /game/manual.txt
            echo "fire and flames 6.6" > /game/mods/dragon.mod
            echo "greeting=There be dragons" > /game/server.properties

            """),
        ("game/hash.sh", """
            {
              find /data /game ! -type d -exec stat -c '%n %f %u %g %s %Y' {} + | sort
              find /data /game -type d -exec stat -c '%n %f %u %g %Y' {} + | sort
              find /data /game -type f | sort | xargs sha256sum
            } | sha256sum | cut -c1-64

            """),
        ("game/manual.txt", "How to build a castle: stone by stone.\n"),
    ];
}
