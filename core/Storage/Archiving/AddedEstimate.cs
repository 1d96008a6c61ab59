namespace SnapshotBot.Storage.Archiving;

/// <summary>What a pass would add to the packs, judged by pieces of what it would read. Trees and index come on top: a hundredth of it or so.</summary>
/// <param name="Likely">Bytes, by the pieces' mean.</param>
/// <param name="Least">Bytes, with two standard errors taken off: in one case of forty it turns out to be less.</param>
public sealed record AddedEstimate(long Likely, long Least)
{
    /// <param name="total">Bytes that would be read.</param>
    /// <param name="shares">Of each piece, what would be added for each of those bytes; pieces drawn in proportion to theirs.</param>
    internal static AddedEstimate Of(long total, IReadOnlyList<double> shares)
    {
        if (shares.Count == 0)
            return new(0, 0);
        var mean = shares.Average();
        var error = Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean))) / shares.Count;
        return new((long)(total * mean), (long)(total * Math.Max(0, mean - (2 * error))));
    }
}
