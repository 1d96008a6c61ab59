using System.Text.RegularExpressions;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Architecture;

/// <summary>What the documents point at is there: other documents, their headings, pictures.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Documents_LinksOfTheirs_LeadSomewhere()
    {
        var root = SourceTree.Root;
        string[] documents = [.. Directory.EnumerateFiles(root, "*.md"), .. Directory.EnumerateFiles(Path.Join(root, "docs"), "*.md", SearchOption.AllDirectories)];
        documents.Length.ShouldBeGreaterThan(10);
        documents.SelectMany(document => DeadLinks(root, document)).ShouldBeEmpty();
    }

    private static IEnumerable<string> DeadLinks(string root, string document)
    {
        foreach (Match link in Link().Matches(File.ReadAllText(document)))
        {
            var target = link.Groups["target"].Value;
            if (Uri.TryCreate(target, UriKind.Absolute, out _))
            {
                continue;
            }

            var (path, heading) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
            var file = path.Length == 0 ? document : Path.GetFullPath(path, Path.GetDirectoryName(document)!);
            if (!Path.Exists(file) || (heading is not null && !Headings(file).Contains(heading)))
            {
                yield return $"{Path.GetRelativePath(root, document)}: {target}";
            }
        }
    }

    /// <summary>A heading's anchor as forges make it: small letters, hyphens for spaces, no punctuation.</summary>
    private static IEnumerable<string> Headings(string file) =>
        Heading().Matches(File.ReadAllText(file))
            .Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Punctuation();
}
