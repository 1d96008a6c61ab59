namespace SnapshotBot.Bot.Tests.Support;

/// <summary>Finds the files of the clone the tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "SnapshotBot.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests have to lie inside a clone.");
    }
}
