using SnapshotBot.Testing;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>Things the tests use where they are there.</summary>
internal static class Found
{
    public static StandInOptions Options => new() { Specification = PublishedSpecification.File };
}
