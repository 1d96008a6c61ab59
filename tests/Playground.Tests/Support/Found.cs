namespace SnapshotBot.Playground.Tests.Support;

/// <summary>Things the tests use where they are there.</summary>
internal static class Found
{
    /// <summary>Discord's published specification, from the environment or a folder beside the sources.</summary>
    public static string? Specification { get; } = Find();

    public static StandInOptions Options => new() { Specification = Specification };

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_DISCORD_SPECIFICATION") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "discord", "openapi.json");
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
