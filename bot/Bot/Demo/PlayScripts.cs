namespace SnapshotBot.Bot.Demo;

/// <summary>The game of the playground: a small map in a file, which a press changes, and some land around it so that copying takes a moment.</summary>
internal static class PlayScripts
{
    public const int Columns = 16;
    public const int Rows = 10;

    public const string Server = "/game/server.sh";
    public const string Set = "/game/set.sh";

    public const string Volume = "/data";

    /// <summary>The line of the log after which the map follows; it is told whenever it changed.</summary>
    public const string MapFollows = "the map is now";

    /// <summary>Path and content of what the image holds of the game.</summary>
    public static IReadOnlyList<(string Name, string Text)> Files { get; } =
    [
        ("game/server.sh", $$"""
            trap 'echo "world saved"; exit 0' TERM INT
            if [ ! -e /data/world/map ]; then
              mkdir -p /data/world/regions /data/players
              n=0
              while [ $n -lt 24 ]; do
                dd if=/dev/urandom of=/data/world/regions/r.$n.region bs=65536 count=8 2>/dev/null
                n=$((n + 1))
              done
              echo "Anna: 12 gold" > /data/players/anna.dat
              echo "Ben: 3 gold" > /data/players/ben.dat
              cat /game/first-map > /data/world/map
            fi
            echo "the server is up"
            told=
            while :; do
              now=$(cat /data/world/map)
              [ "$now" = "$told" ] || { told=$now; echo "{{MapFollows}}"; echo "$now"; }
              sleep 0.4 & wait $!
            done

            """),
        ("game/set.sh", """
            sed -i "$2s/^\(.\{$1\}\)./\1$3/" /data/world/map

            """),
        ("game/first-map", """
            ................
            .TT........~~~..
            .T...####.~~~~~.
            .....#HH#..~~~..
            .....#..#...~...
            .....##.#.......
            .T..........T...
            .TT.....H..TT...
            ..T..........T..
            ................

            """),
        ("game/server.properties", "greeting=Welcome to the castle\n"),
    ];
}
