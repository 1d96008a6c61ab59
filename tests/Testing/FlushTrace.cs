using System.Text.RegularExpressions;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Testing;

/// <summary>What a program asked the kernel to do to names and disks, in that order, as strace saw it.</summary>
public static partial class FlushTrace
{
    private const string Unfinished = "<unfinished ...>";
    private const string Resumed = "resumed>";

    /// <summary>strace itself with what it is to write into a file; the program and its arguments come after it.</summary>
    public static IReadOnlyList<string> Command(string file) =>
        [TestTool.Strace, "-f", "-y", "-o", file, "-e", "trace=fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat"];

    public static async Task<IReadOnlyList<FlushStep>> ReadAsync(string file, CancellationToken cancellationToken) =>
        [.. JoinResumed(await File.ReadAllLinesAsync(file, cancellationToken)).Select(Parse).OfType<FlushStep>()];

    /// <summary>
    /// Holds a program to what keeps a repository whole whenever the power fails: a file is flushed before it gets its name; everything is durable
    /// under its name before an index or a snapshot names it and before anything is removed; packs go only after the removal of what named them is durable.
    /// </summary>
    /// <returns>What happened, in order: + or - and the folder, as in <c>+index</c>. Locks and temporary files are left out.</returns>
    /// <exception cref="InvalidOperationException">The order is another one.</exception>
    public static IReadOnlyList<string> HoldToRepositoryOrder(IReadOnlyList<FlushStep> steps, string repository)
    {
        var (told, flushed) = (new List<string>(), new HashSet<string>());
        var (given, taken) = (new HashSet<string>(), new HashSet<string>());
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case FlushKind.Flush:
                    flushed.Add(step.Path);
                    given.Remove(step.Path);
                    taken.Remove(step.Path);
                    break;
                case FlushKind.Move when FolderOf(step.To!) is { } folder:
                    Require(flushed.Contains(step.Path), "a name is given to what was not flushed", step);
                    Require(folder is not ("index" or "snapshots") || given.Count == 0, "what it names is not durable yet", step);
                    given.Add(Path.GetDirectoryName(step.To)!);
                    told.Add("+" + folder);
                    break;
                case FlushKind.Remove when FolderOf(step.Path) is { } folder && !step.Path.Contains("-tmp-", StringComparison.Ordinal):
                    Require(given.Count == 0, "what takes its place is not durable yet", step);
                    Require(folder != "data" || taken.Count == 0, "what named it may come back", step);
                    if (folder != "data")
                        taken.Add(Path.GetDirectoryName(step.Path)!);
                    told.Add("-" + folder);
                    break;
            }
        }

        return given.Count + taken.Count == 0 ? told : throw new InvalidOperationException("Not flushed at the end: " + string.Join(", ", given.Concat(taken)));

        string? FolderOf(string path) =>
            path.StartsWith(repository + "/", StringComparison.Ordinal) && path[(repository.Length + 1)..].Split('/') is [not "locks" and var folder, .., _] ? folder : null;
    }

    /// <exception cref="InvalidOperationException">It is not so.</exception>
    public static void Require(bool holds, string fault, FlushStep step)
    {
        if (!holds)
            throw new InvalidOperationException($"{fault}: {step.Line}");
    }

    private static FlushStep? Parse(string line)
    {
        if (Flush().Match(line) is { Success: true } flush)
            return new(flush.Groups["all"].Success ? FlushKind.FlushAll : FlushKind.Flush, flush.Groups["path"].Value, null, line);
        if (Rename().Match(line) is { Success: true } move)
        {
            var kind = line.Contains("RENAME_EXCHANGE", StringComparison.Ordinal) ? FlushKind.Exchange : FlushKind.Move;
            return new(kind, PathOf(move, "from", "name"), PathOf(move, "to", "new"), line);
        }

        return Unlink().Match(line) is { Success: true } removal ? new(FlushKind.Remove, PathOf(removal, "from", "name"), null, line) : null;
    }

    private static string PathOf(Match match, string folder, string name) => Path.Combine(match.Groups[folder].Value, match.Groups[name].Value);

    /// <summary>strace splits a call that another thread interrupts; both halves make one line again, at the place of its end.</summary>
    private static IEnumerable<string> JoinResumed(IEnumerable<string> lines)
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
                open[thread] = line[..^Unfinished.Length];
            else if (line.Contains(Resumed, StringComparison.Ordinal) && open.Remove(thread, out var begun))
                yield return begun.TrimEnd() + line[(line.IndexOf(Resumed, StringComparison.Ordinal) + Resumed.Length)..];
            else
                yield return line;
        }
    }

    [GeneratedRegex(@"(?:f(?:data)?sync|(?<all>syncfs))\(\d+<(?<path>[^>]+)>\)?\s*\)?\s*= 0", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Flush();

    [GeneratedRegex("""rename(?:at2?)?\((?:(?:\d+|AT_FDCWD)<(?<from>[^>]+)>, )?"(?<name>[^"]+)", (?:(?:\d+|AT_FDCWD)<(?<to>[^>]+)>, )?"(?<new>[^"]+)".*= 0""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Rename();

    [GeneratedRegex("""unlink(?:at)?\((?:(?:\d+|AT_FDCWD)<(?<from>[^>]+)>, )?"(?<name>[^"]+)".*= 0""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unlink();
}

/// <summary>What was asked for.</summary>
public enum FlushKind
{
    /// <summary>One file or folder is made durable.</summary>
    Flush,

    /// <summary>A whole file system is, by one of its folders.</summary>
    FlushAll,

    /// <summary>A name is given, or given anew.</summary>
    Move,

    /// <summary>Two entries change places.</summary>
    Exchange,

    Remove,
}

/// <summary>One call that succeeded.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Path">Of what.</param>
/// <param name="To">The other name, where there is one.</param>
/// <param name="Line">As strace wrote it.</param>
public sealed record FlushStep(FlushKind Kind, string Path, string? To, string Line);
