using System.Collections.Concurrent;
using System.Reflection;
using Shouldly;
using Xunit;
using Xunit.v3;

[assembly: SnapshotBot.Bot.Tests.Discord.NoObjections]

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// Fails a test whose stand-in objected to something. After the test: an assertion where the stand-in is disposed would take the place of what the test
/// itself failed with.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NoObjectionsAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> Found = new();

    /// <summary>For whoever disposes a stand-in within a test.</summary>
    internal static void Look(IReadOnlyList<string> objections)
    {
        if (objections.Count > 0)
        {
            _ = Found.AddOrUpdate(TestContext.Current.Test!.UniqueID, objections, (_, before) => [.. before, .. objections]);
        }
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Found.TryRemove(test.UniqueID, out var objections))
        {
            objections.ShouldBeEmpty();
        }
    }
}
