using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SnapshotBot.Service.Games;

/// <summary>Makes a profile's parts.</summary>
internal static class GameParts
{
    public static GamePart Of(ProfilePart part) => part.Kind switch
    {
        ProfilePartKind.Paths => new PathsPart(part),
        ProfilePartKind.PlayerById => new PlayerPart(part),
        ProfilePartKind.PlayerByName => new NamedPlayerPart(part),
        ProfilePartKind.Area => new AreaPart(part),
        _ => throw new InvalidOperationException("A profile has a part of a kind nobody knows."),
    };

    /// <summary>Finds the part a text such as <c>player Anna</c> means. Quotes keep a name with spaces together.</summary>
    public static async Task<PartAnswer> ResolveAsync(IReadOnlyList<GamePart> parts, string text, IGameFiles files, CancellationToken cancellationToken)
    {
        var words = Words(text);
        PartAnswer? answer = null;
        foreach (var part in parts.Where(one => words.Count > 0 && string.Equals(one.Word, words[0], StringComparison.OrdinalIgnoreCase)))
        {
            var next = await part.ResolveAsync([.. words.Skip(1)], files, cancellationToken);
            if (next is PartAnswer.Paths)
                return next;
            answer = (answer, next) is (PartAnswer.Nothing before, PartAnswer.Nothing also) ? before with { Known = [.. before.Known, .. also.Known] } : answer ?? next;
        }

        return answer ?? new PartAnswer.NotUnderstood(text, [.. parts.Select(one => one.Usage).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Whether a text can be one step of a path as it is: no slash, no dots alone, no control characters.</summary>
    internal static bool IsStep(string text) =>
        text.Length is > 0 and <= 128 && text is not ("." or "..") && !text.Any(one => one is '/' or '\\' || char.IsControl(one));

    internal static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        var began = false;
        foreach (var letter in text)
        {
            if (letter == '"')
            {
                quoted = !quoted;
                began = true;
            }
            else if (char.IsWhiteSpace(letter) && !quoted)
            {
                if (began)
                    words.Add(word.ToString());
                word.Clear();
                began = false;
            }
            else
            {
                word.Append(letter);
                began = true;
            }
        }

        if (began)
            words.Add(word.ToString());
        return words;
    }
}

/// <summary>A part of fixed paths: the configuration, the mods.</summary>
internal sealed class PathsPart(ProfilePart part) : GamePart
{
    public override string Word => part.Word;

    public override string Usage => part.Word;

    public override async Task<PartAnswer> ResolveAsync(IReadOnlyList<string> arguments, IGameFiles files, CancellationToken cancellationToken)
    {
        if (arguments.Count > 0)
            return new PartAnswer.NotUnderstood($"{part.Word} {string.Join(' ', arguments)}", [Usage]);
        var paths = new List<string>();
        foreach (var path in part.Paths)
            paths.AddRange(await PathExpansion.ExpandAsync(path, files, cancellationToken));
        return paths.Count == 0 ? new PartAnswer.Nothing(part.Word, []) : new PartAnswer.Paths([.. paths.Select(files.Show)]);
    }
}

/// <summary>One player, by the file that maps names to ids.</summary>
internal sealed class PlayerPart(ProfilePart part) : GamePart
{
    private const int LargestFile = 16 * 1024 * 1024;
    private const int MostKnown = 25;

    public override string Word => part.Word;

    public override string Usage => $"{part.Word} NAME";

    public override async Task<PartAnswer> ResolveAsync(IReadOnlyList<string> arguments, IGameFiles files, CancellationToken cancellationToken)
    {
        if (arguments is not [var name])
            return new PartAnswer.NotUnderstood(string.Join(' ', arguments.Prepend(part.Word)), [Usage]);
        var known = await ReadAsync(files, cancellationToken);
        var id = Guid.TryParseExact(name, "D", out var given) ? given
            : known.Where(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase)).Select(one => (Guid?)one.Id).FirstOrDefault();
        if (id is not { } found)
            return new PartAnswer.Nothing(name, [.. known.Select(one => one.Name).Take(MostKnown)]);
        var uuid = found.ToString("D");
        var paths = new List<string>();
        foreach (var path in part.Paths)
            paths.AddRange(await PathExpansion.ExpandAsync(path.Replace("{uuid}", uuid, StringComparison.Ordinal), files, cancellationToken));

        // A player the game knows of but that never was in this world has no files: nothing to bring back.
        return paths.Count == 0 ? new PartAnswer.Nothing(name, [.. known.Select(one => one.Name).Take(MostKnown)]) : new PartAnswer.Paths([.. paths.Select(files.Show)]);
    }

    public override async Task<IReadOnlyList<string>> SuggestAsync(IGameFiles files, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(files, cancellationToken)).Select(one => one.Name)];

    /// <summary>The newest entry of a name first: names change hands.</summary>
    private async Task<IReadOnlyList<(string Name, Guid Id)>> ReadAsync(IGameFiles files, CancellationToken cancellationToken)
    {
        if (await files.TryReadAsync(part.Names!, LargestFile, cancellationToken) is not { } json)
            return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return [];
            return [.. document.RootElement.EnumerateArray()
                .Where(one => one.ValueKind == JsonValueKind.Object)
                .Select(one => (Name: Text(one, "name"), Id: Text(one, "uuid"), Expires: Text(one, "expiresOn")))
                .Where(one => GameParts.IsStep(one.Name) && Guid.TryParse(one.Id, out _))
                .OrderByDescending(one => one.Expires, StringComparer.Ordinal)
                .Select(one => (one.Name, Guid.Parse(one.Id)))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
        }
        catch (InvalidOperationException)
        {
            // Text that is none, such as half a surrogate: that entry names nobody, the others still do.
            return "";
        }
    }
}

/// <summary>One player, whose files carry the name.</summary>
internal sealed class NamedPlayerPart(ProfilePart part) : GamePart
{
    public override string Word => part.Word;

    public override string Usage => $"{part.Word} NAME";

    public override async Task<PartAnswer> ResolveAsync(IReadOnlyList<string> arguments, IGameFiles files, CancellationToken cancellationToken)
    {
        if (arguments is not [var name])
            return new PartAnswer.NotUnderstood(string.Join(' ', arguments.Prepend(part.Word)), [Usage]);
        if (!GameParts.IsStep(name) || name.Contains('*', StringComparison.Ordinal))
            return new PartAnswer.Nothing(name, []);
        var paths = new List<string>();
        foreach (var path in part.Paths)
            paths.AddRange(await PathExpansion.ExpandAsync(path.Replace("{player}", name, StringComparison.Ordinal), files, cancellationToken));
        return paths.Count == 0 ? new PartAnswer.Nothing(name, await SuggestAsync(files, cancellationToken)) : new PartAnswer.Paths([.. paths.Select(files.Show)]);
    }

    public override async Task<IReadOnlyList<string>> SuggestAsync(IGameFiles files, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pattern in part.Paths.Where(path => path.EndsWith("/{player}", StringComparison.Ordinal) || path.Contains("/{player}.", StringComparison.Ordinal)))
        {
            var suffix = pattern[(pattern.IndexOf("{player}", StringComparison.Ordinal) + "{player}".Length)..];
            foreach (var path in await PathExpansion.ExpandAsync(pattern.Replace("{player}", "*", StringComparison.Ordinal), files, cancellationToken))
                names.Add(path[(path.LastIndexOf('/') + 1)..^suffix.Length]);
        }

        return [.. names.Take(1000)];
    }
}

/// <summary>Squares of a world's map by coordinates: Minecraft's same-named region, entity and point-of-interest files together.</summary>
internal sealed class AreaPart(ProfilePart part) : GamePart
{
    private const long FarthestBlock = 30_000_000;
    private const int MostSquares = 4096;

    public override string Word => part.Word;

    public override string Usage => $"{part.Word} WORLD X Z [X Z]";

    public override async Task<PartAnswer> ResolveAsync(IReadOnlyList<string> arguments, IGameFiles files, CancellationToken cancellationToken)
    {
        if (arguments.Count is not (3 or 5) || Square(arguments[1]) is not { } x || Square(arguments[2]) is not { } z
            || (arguments.Count == 5 ? Square(arguments[3]) : x) is not { } toX || (arguments.Count == 5 ? Square(arguments[4]) : z) is not { } toZ)
            return new PartAnswer.NotUnderstood(string.Join(' ', arguments.Prepend(part.Word)), [Usage]);
        var maps = await MapsAsync(files, cancellationToken);
        if ((maps.FirstOrDefault(one => IsSame(one.Name, arguments[0])) ?? maps.FirstOrDefault(one => IsSame(one.Folder, arguments[0]))) is not { } map)
            return new PartAnswer.Nothing(arguments[0], [.. maps.Select(one => one.Name)]);
        var (fromX, lastX) = (Math.Min(x, toX), Math.Max(x, toX));
        var (fromZ, lastZ) = (Math.Min(z, toZ), Math.Max(z, toZ));
        if ((lastX - fromX + 1) * (lastZ - fromZ + 1) > MostSquares)
            return new PartAnswer.NotUnderstood(string.Join(' ', arguments.Prepend(part.Word)), [Usage]);

        // A square the snapshot does not have was never visited then: it is to be absent again, so it is named all the same.
        var paths = new List<string>();
        for (var atX = fromX; atX <= lastX; atX++)
        {
            for (var atZ = fromZ; atZ <= lastZ; atZ++)
            {
                var square = string.Create(CultureInfo.InvariantCulture, $"r.{atX}.{atZ}");
                foreach (var path in part.Paths)
                    paths.Add(files.Show(path.Replace("{world}", map.Folder, StringComparison.Ordinal).Replace("{square}", square, StringComparison.Ordinal)));
            }
        }

        return new PartAnswer.Paths(paths);
    }

    /// <summary>The worlds, and the maps of each where it has several.</summary>
    public override async Task<IReadOnlyList<string>> SuggestAsync(IGameFiles files, CancellationToken cancellationToken) =>
        [.. (await MapsAsync(files, cancellationToken)).Select(map => map.Name)];

    /// <summary>All folders that hold a folder of squares. Two of one name are told apart by where they are.</summary>
    private async Task<IReadOnlyList<Map>> MapsAsync(IGameFiles files, CancellationToken cancellationToken)
    {
        var squares = part.Paths[0][..part.Paths[0].LastIndexOf('/')];
        var worlds = part.Worlds!.TrimEnd('/');
        var maps = new List<Map>();
        foreach (var world in (await files.ListAsync(worlds, cancellationToken)).Where(name => name.EndsWith('/')).Select(name => name[..^1])
            .Where(name => GameParts.IsStep(name) && !name.Contains('*', StringComparison.Ordinal)))
        {
            foreach (var dimension in part.Dimensions.Count > 0 ? part.Dimensions : [new ProfileDimension { Folder = "", Adds = "" }])
            {
                foreach (var path in await PathExpansion.ExpandAsync(dimension.Folder, files, cancellationToken, $"{worlds}/{world}"))
                {
                    var folder = path[(worlds.Length + 1)..];
                    if (maps.All(map => map.Folder != folder)
                        && (await files.ListAsync(squares.Replace("{world}", folder, StringComparison.Ordinal), cancellationToken)).Count > 0)
                        maps.Add(new Map(NameOf(world, dimension) ?? folder, folder));
                }
            }
        }

        var shared = maps.GroupBy(map => map.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).SelectMany(group => group).ToHashSet();
        return [.. maps.Select(map => shared.Contains(map) ? map with { Name = map.Folder } : map)];
    }

    /// <summary>As people know it: a world whose folder is called for its dimension has its name already.</summary>
    private static string? NameOf(string world, ProfileDimension dimension) =>
        dimension.Adds is not { } adds ? null : world.EndsWith(adds, StringComparison.Ordinal) ? world : world + adds;

    private static bool IsSame(string name, string given) => string.Equals(name, given, StringComparison.OrdinalIgnoreCase);

    private long? Square(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var block) && block is >= -FarthestBlock and <= FarthestBlock
            ? (long)Math.Floor((double)block / part.SquareSize)
            : null;

    /// <param name="Name">As people name it.</param>
    /// <param name="Folder">Where it is below the folder of worlds.</param>
    private sealed record Map(string Name, string Folder);
}

/// <summary>Finds the paths of a snapshot that a pattern with <c>*</c> within its steps means.</summary>
internal static class PathExpansion
{
    private const int MostPaths = 10_000;

    /// <summary>The paths that exist, in order; <paramref name="below"/> is where the pattern begins, the root when it is empty.</summary>
    public static async Task<IReadOnlyList<string>> ExpandAsync(string pattern, IGameFiles files, CancellationToken cancellationToken, string below = "")
    {
        var at = new List<string> { below };
        foreach (var step in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new List<string>();
            foreach (var folder in at)
            {
                var names = (await files.ListAsync(folder.Length == 0 ? "/" : folder, cancellationToken)).Select(name => name.TrimEnd('/'));
                next.AddRange(names.Where(name => step.Contains('*', StringComparison.Ordinal) ? PathPatterns.FitsText(step, name) : name == step)
                    .Select(name => $"{folder}/{name}").Take(MostPaths - next.Count));
            }

            at = next;
            if (at.Count == 0)
                break;
        }

        return at;
    }
}
