namespace SnapshotBot.Thawer;

/// <summary>One container to be thawed.</summary>
/// <param name="Id">The engine's id of it, 64 digits.</param>
/// <param name="Freezer">The cgroup file that thaws it without the engine, or empty.</param>
internal sealed record Frozen(string Id, string Freezer);

/// <summary>What the thawer is told on its standard input, line by line, before anything is frozen.</summary>
internal sealed record Orders
{
    /// <summary>The engine's socket, or empty.</summary>
    public required string Socket { get; init; }

    public required TimeSpan Budget { get; init; }

    public required IReadOnlyList<Frozen> Containers { get; init; }

    /// <summary>Reads them: <c>socket PATH</c>, <c>budget MILLISECONDS</c>, <c>container ID FREEZER</c>, then <c>armed</c>.</summary>
    /// <returns>Null when the other end closed before it was done: then nothing was frozen.</returns>
    public static Orders? Read(TextReader input)
    {
        var socket = "";
        var budget = TimeSpan.FromSeconds(10);
        List<Frozen> containers = [];
        while (input.ReadLine() is { } line)
        {
            var words = line.Split(' ', 3);
            switch (words[0])
            {
                case "socket":
                    socket = line["socket ".Length..];
                    break;
                case "budget" when int.TryParse(words[1], System.Globalization.CultureInfo.InvariantCulture, out var milliseconds):
                    budget = TimeSpan.FromMilliseconds(milliseconds);
                    break;
                case "container":
                    containers.Add(new Frozen(words[1], words.Length > 2 ? words[2] : ""));
                    break;
                case "armed":
                    return new Orders { Socket = socket, Budget = budget, Containers = containers };
            }
        }

        return null;
    }
}
