using System.Globalization;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Games;

/// <summary>Looks up a profile's values in the container: variables, lines of files, fixed ones.</summary>
internal sealed class ValueFinder(IDockerEngine engine, ContainerDetails container)
{
    private const int LongestFile = 256 * 1024;
    private const int LongestValue = 4096;
    private static readonly TimeSpan ReadTime = TimeSpan.FromSeconds(5);

    /// <summary>The first value there is, or null.</summary>
    public async Task<string?> FindAsync(IReadOnlyList<ProfileValue> places, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            var found = place switch
            {
                { Env: { } name } => ProfileMatcher.Variable(container.Environment, name),
                { LargestEnv: { } names } => Largest(names),
                { File: { } path } => Cut(await ReadAsync(path, cancellationToken), place.Line),
                _ => place.Value,
            };
            if (place.Add != 0)
                found = int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number + place.Add).ToString(CultureInfo.InvariantCulture) : null;
            if (!string.IsNullOrWhiteSpace(found) && found.Length <= LongestValue && !found.Trim().Any(char.IsControl))
                return found.Trim();
        }

        return null;
    }

    public async Task<int?> FindPortAsync(IReadOnlyList<ProfileValue> places, CancellationToken cancellationToken) =>
        int.TryParse(await FindAsync(places, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;

    private string? Largest(IReadOnlyList<string> names) => names
        .Select(name => int.TryParse(ProfileMatcher.Variable(container.Environment, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null)
        .Max()?.ToString(CultureInfo.InvariantCulture);

    private static string? Cut(string? text, string? line)
    {
        if (text is null || line is null)
            return text;
        var match = ProfileExpression.Of(line).Match(text);
        return match is { Success: true, Groups.Count: > 1 } ? match.Groups[1].Value : null;
    }

    /// <summary>Read by a program inside, as the game's own user sees it: nothing of ours follows a link a game made.</summary>
    private async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = ["cat", path], Deadline = ReadTime, OutputLimit = LongestFile };
        return await engine.Containers.ExecAsync(container.Id, request, cancellationToken) is ExecResult.Finished { ExitCode: 0 } read ? read.Output : null;
    }
}
