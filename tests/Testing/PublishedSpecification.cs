namespace SnapshotBot.Testing;

/// <summary>Discord's published specification, where it lies beside the sources or the environment names it. It is no part of this project.</summary>
public static class PublishedSpecification
{
    /// <summary>Its file; null where there is none, and then only the hand-written rules are checked.</summary>
    public static string? File { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_DISCORD_SPECIFICATION") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "discord", "openapi.json");
            if (System.IO.File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
