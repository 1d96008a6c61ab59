using System.Runtime.InteropServices;

namespace SnapshotBot.Thawer;

/// <summary>A session of the thawer's own: what ends the program's terminal or process group does not end it.</summary>
internal static partial class Session
{
    public static void Leave() => _ = NewSession();

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int NewSession();
}
