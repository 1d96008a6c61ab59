using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>Random IVs out of a page per thread: asking the system for sixteen bytes costs as much as sealing two KiB. An IV is no secret.</summary>
internal static class IvSource
{
    private const int PageSize = 64 * MasterKey.IvSize;

    [ThreadStatic]
    private static byte[]? _page;

    [ThreadStatic]
    private static int _left;

    public static void Fill(Span<byte> iv)
    {
        byte[] page = _page ??= new byte[PageSize];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(page);
            _left = PageSize;
        }

        _left -= MasterKey.IvSize;
        page.AsSpan(_left, MasterKey.IvSize).CopyTo(iv);
    }
}
