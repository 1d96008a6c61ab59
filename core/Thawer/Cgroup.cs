// Its own files, no volume's: what is written is a word to the kernel.
#pragma warning disable RS0030
namespace SnapshotBot.Thawer;

/// <summary>A container's switch in the kernel's freezer: for the hour in which the engine is dead or stuck and would leave it frozen.</summary>
internal static class Cgroup
{
    /// <summary>Whether the kernel took the word: <c>freezer.state</c> of version 1, <c>cgroup.freeze</c> of version 2.</summary>
    public static bool TryThaw(string file) => TryTell(file, "THAWED", "0");

    /// <summary>Holds it again, for an engine that takes it for held.</summary>
    public static bool TryFreeze(string file) => TryTell(file, "FROZEN", "1");

    private static bool TryTell(string file, string first, string second)
    {
        if (file.Length == 0)
            return false;
        try
        {
            File.WriteAllText(file, file.EndsWith("/freezer.state", StringComparison.Ordinal) ? first : second);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone with its container, which then is not frozen any more.
            return error is FileNotFoundException or DirectoryNotFoundException;
        }
    }
}
