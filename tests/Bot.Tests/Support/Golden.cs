using Shouldly;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>
/// Compares with a file under Golden/: the contract scripts build on. To change one on purpose run the tests with UPDATE_GOLDEN=1, look at
/// the difference and write a line into the changelog.
/// </summary>
internal static class Golden
{
    public static void ShouldMatch(string actual, string file)
    {
        var path = SourceTree.PathOf("tests", "Bot.Tests", "Golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        File.Exists(path).ShouldBeTrue($"{file} is missing; run with UPDATE_GOLDEN=1 to write it.");
        actual.ShouldBe(File.ReadAllText(path), $"{file} differs; if that is meant, run with UPDATE_GOLDEN=1.");
    }
}
