using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Architecture;

/// <summary>What the published program leaves out of the runtime and the web server: it must do without, and a start would find out too late.</summary>
public sealed class LeftOutPartsTests
{
    private const string Program = "snapshotbot";
    private const string Thawer = "snapshotbot-thawer";

    private static readonly IReadOnlyDictionary<string, string> Assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).Append(Path.Combine(AppContext.BaseDirectory, Thawer + ".dll"))
        .DistinctBy(file => Path.GetFileName(file))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void LeftOutParts_NothingThatComesAlongLeadsToThem()
    {
        var leftOut = LeftOut();

        leftOut.ShouldAllBe(name => Assemblies.ContainsKey(name), "a part that there is not is a word misspelt");
        var ledTo = LedToFrom(Program, Thawer);
        ledTo.ShouldContain("Microsoft.AspNetCore.Server.Kestrel.Core");
        ledTo.Intersect(leftOut).ShouldBeEmpty();
    }

    private static string[] LeftOut() =>
        XDocument.Load(SourceTree.PathOf("bot", "Bot", "SnapshotBot.csproj")).Descendants("LeftOutParts").Single().Value
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static HashSet<string> LedToFrom(params string[] roots)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var waiting = new Stack<string>(roots);
        while (waiting.TryPop(out var name))
        {
            if (!Assemblies.TryGetValue(name, out var file) || !found.Add(name))
            {
                continue;
            }

            using var image = new PEReader(File.OpenRead(file));
            var metadata = image.GetMetadataReader();
            foreach (var reference in metadata.AssemblyReferences)
            {
                waiting.Push(metadata.GetString(metadata.GetAssemblyReference(reference).Name));
            }
        }

        return found;
    }
}
