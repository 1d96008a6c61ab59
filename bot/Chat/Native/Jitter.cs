using System.Security.Cryptography;

namespace SnapshotBot.Chat.Native;

/// <summary>Chance, so that many clients don't come back at one moment.</summary>
internal static class Jitter
{
    /// <summary>From 0 up to, but not, 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(1 << 24) / (double)(1 << 24);
}
