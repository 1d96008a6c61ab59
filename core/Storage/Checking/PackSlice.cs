using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Checking;

/// <summary>A share of all packs, chosen by their ids: read one slice after the other and everything has been read.</summary>
/// <param name="Number">0 up to <paramref name="Of"/>.</param>
/// <param name="Of">How many slices there are.</param>
public readonly record struct PackSlice(int Number, int Of)
{
    public static PackSlice All => new(0, 1);

    /// <summary>Whether a pack is in it. Ids are hashes, so slices are about equally large.</summary>
    public bool Holds(PackId pack) => (int)((pack.Value.A >> 32) % (ulong)Of) == Number;
}
