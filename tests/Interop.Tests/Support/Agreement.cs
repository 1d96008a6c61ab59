using System.Text.Json;
using Shouldly;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>That we and restic say the same about a snapshot.</summary>
public static class Agreement
{
    /// <summary>Both list the same paths of the same types.</summary>
    public static async Task ShouldListAlikeAsync(Ours ours, Restic restic, string snapshot)
    {
        var lines = (await restic.RunAsync("ls", snapshot, "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var theirs = lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.GetProperty("struct_type").GetString() == "node")
            .Select(entry => $"{entry.GetProperty("type").GetString()} {entry.GetProperty("path").GetString()}");
        ShouldBe(await ours.ListAsync(snapshot), theirs);
    }

    /// <summary>Both tell the same paths added, removed, changed or of another type.</summary>
    public static async Task ShouldDifferAlikeAsync(Ours ours, Restic restic, string first, string second)
    {
        var theirs = (await restic.RunAsync("diff", first, second)).Split('\n')
            .Where(line => line.Length > 5 && "+-MT".Contains(line[0]) && line[1..5] == "    ")
            .Select(line => $"{line[0]} {line[5..].TrimEnd('/')}");
        ShouldBe(await ours.DiffAsync(first, second), theirs);
    }

    /// <summary>restic 0.14 knows no link targets that are not UTF-8; those came later.</summary>
    public static void AllowWhatIsNotKept(ResticVersion version, SortedDictionary<string, string> found, SortedDictionary<string, string> expected)
    {
        if (version == ResticVersion.Old)
        {
            foreach (var path in expected.Where(entry => entry.Value.Contains(@"-> \xff", StringComparison.Ordinal)).Select(entry => entry.Key))
            {
                found[path] = expected[path];
            }
        }
    }

    private static void ShouldBe(SortedSet<string> ours, IEnumerable<string> theirs)
    {
        var all = theirs.ToHashSet(StringComparer.Ordinal);
        ours.Except(all).Take(10).ShouldBeEmpty("only we say so");
        all.Except(ours).Take(10).ShouldBeEmpty("only restic says so");
    }
}
