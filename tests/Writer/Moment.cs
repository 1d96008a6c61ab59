using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SnapshotBot.Writer;

/// <summary>What a copy of a counter's folder says: the last number, or why it is of no one moment.</summary>
internal sealed record Moment(long Last, string? Fault)
{
    public static Moment Of(string folder)
    {
        var found = new List<(string Name, long Last, bool IsTorn)>();
        foreach (var name in Layout.Order)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                return new(0, $"{name} is missing");
            var (last, torn, fault) = Layout.Plain.Contains(name) || Layout.Mapped.Contains(name) ? OfPages(path) : name == Layout.Log ? OfLog(path) : OfDatabase(path);
            if (fault is not null)
                return new(0, $"{name}: {fault}");
            found.Add((name, last, torn));
        }

        var (lastOfMany, tornOfMany, faultOfMany) = OfRing([.. Layout.Many.Select(name => ReadPage(folder, name))]);
        if (faultOfMany is not null)
            return new(0, $"many: {faultOfMany}");
        found.Add(("many", lastOfMany, tornOfMany));
        var moment = Judge(found);
        return moment.Fault is null ? moment with { Fault = OfResting(folder, found[0].Last, found[^1].Last) } : moment;
    }

    /// <summary>What rests has the number of its last turn, of the moment where the writer was: all before it have the first, all after it the last.</summary>
    private static string? OfResting(string folder, long first, long last)
    {
        for (var i = 0; i < Layout.Resting.Count; i++)
        {
            var page = ReadPage(folder, Layout.Resting[i]);

            // Written after all others: while they have the number its turn may be just now, and half over.
            if (page.Number != Turn(i, last) && (first != last || page.Number != Turn(i, last - 1)))
                return $"{Layout.Resting[i]} says {page.Number}, not {Turn(i, last)}";
            if (!page.IsWhole && (first != last || Turn(i, last) != last))
                return $"{Layout.Resting[i]} is torn";
        }

        return null;
    }

    /// <summary>The greatest number up to this one that goes into a resting file; 0 when none has.</summary>
    private static long Turn(int file, long number)
    {
        var turn = number / Layout.RestingEvery;
        turn -= (turn - file + Layout.Resting.Count) % Layout.Resting.Count;
        return Math.Max(0, turn) * Layout.RestingEvery;
    }

    private static (long Number, bool IsWhole) ReadPage(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) && File.ReadAllBytes(Path.Combine(folder, name)) is { Length: Page.Size } bytes ? Page.Read(bytes) : (-1, false);

    private static Moment Judge(List<(string Name, long Last, bool IsTorn)> found)
    {
        var all = string.Join(' ', found.Select(one => $"{one.Name}={one.Last}{(one.IsTorn ? "?" : "")}"));
        var first = found[0].Last;
        var turned = false;
        for (var i = 1; i < found.Count; i++)
        {
            // A page half written at the moment itself belongs to the one place where the number was.
            if (found[i].IsTorn && (turned || found.Skip(i + 1).Any(later => later.Last != first - 1)))
                return new(first, $"{found[i].Name} is torn and not where the writer was: {all}");
            if (found[i].Last == first && !turned)
                continue;
            turned = true;
            if (found[i].Last != first - 1 && !found[i].IsTorn)
                return new(first, $"{found[i].Name} is of another moment: {all}");
        }

        return new(first, null);
    }

    private static (long Last, bool IsTorn, string? Fault) OfPages(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != Page.Size * Page.Ring)
            return (0, false, $"{bytes.Length} bytes");
        return OfRing([.. Enumerable.Range(0, Page.Ring).Select(slot => Page.Read(bytes.AsSpan(slot * Page.Size, Page.Size)))]);
    }

    private static (long Last, bool IsTorn, string? Fault) OfRing(IReadOnlyList<(long Number, bool IsWhole)> pages)
    {
        var last = pages.Where(page => page.IsWhole).Max(page => page.Number);
        var torn = false;
        for (var slot = 0; slot < pages.Count; slot++)
        {
            var expected = last - (((last % pages.Count) - slot + pages.Count) % pages.Count);
            if (!pages[slot].IsWhole && slot == (last + 1) % pages.Count)
                torn = true;
            else if (!pages[slot].IsWhole || (expected > 0 && pages[slot].Number != expected))
                return (last, false, $"page {slot} says {pages[slot].Number}{(pages[slot].IsWhole ? "" : " in part")}, not {expected}");
        }

        return (last, torn, null);
    }

    private static (long Last, bool IsTorn, string? Fault) OfLog(string path)
    {
        var text = File.ReadAllText(path);
        var lines = text.Split('\n');
        var last = 0L;
        foreach (var line in lines[..^1])
        {
            if (!long.TryParse(line, CultureInfo.InvariantCulture, out var number) || number != last + 1)
                return (last, false, $"'{line}' after {last}");
            last = number;
        }

        return (last, false, lines[^1].Length == 0 ? null : $"ends with '{lines[^1]}'");
    }

    private static (long Last, bool IsTorn, string? Fault) OfDatabase(string path)
    {
        using var database = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            database.Open();
            if (Ask(database, "PRAGMA integrity_check") is not "ok" and var bad)
                return (0, false, $"integrity_check says {bad}");
            var last = Convert.ToInt64(Ask(database, "SELECT max(number) FROM numbers"), CultureInfo.InvariantCulture);
            var wrong = Convert.ToInt64(
                Ask(database, $"SELECT count(*) FROM numbers WHERE number <= {last - Layout.Slots} OR slot <> number % {Layout.Slots}"), CultureInfo.InvariantCulture);
            return (last, false, wrong == 0 ? null : $"{wrong} rows are of another moment");
        }
        catch (SqliteException error)
        {
            return (0, false, error.Message);
        }
    }

    private static object? Ask(SqliteConnection database, string question)
    {
        using var command = database.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar();
    }
}
