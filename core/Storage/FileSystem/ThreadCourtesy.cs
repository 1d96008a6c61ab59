namespace SnapshotBot.Storage.FileSystem;

/// <summary>The priority of single threads, as Linux keeps it.</summary>
internal static class ThreadCourtesy
{
    private const int Nice = 10;
    private const int IdleClass = 3 << 13;

    /// <summary>Whether the calling thread gives way to others; what it begins does too.</summary>
    public static bool IsLowered => LibC.GetPriority(0, (uint)LibC.ThreadId()) >= Nice;

    /// <summary>Lowers the calling thread for as long as it lives: nice 10, the disk only when nobody else wants it. Failing is no harm.</summary>
    public static void Lower()
    {
        var thread = LibC.ThreadId();
        _ = LibC.SetPriority(0, (uint)thread, Nice);
        _ = LibC.SetIoPriority(thread, IdleClass);
    }
}
