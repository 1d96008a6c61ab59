namespace SnapshotBot.Storage.Archiving;

/// <summary>Notes what a comparison finds; neighbours become one range.</summary>
internal sealed class RangeList : IRangeSink
{
    private readonly List<FileRange> _ranges = [];

    public IReadOnlyList<FileRange> Ranges => _ranges;

    public void Same(int block, int length)
    {
        if (_ranges.Count > 0 && _ranges[^1] is { IsSame: true } last && last.FirstBlock + last.Blocks == block)
            _ranges[^1] = last with { Length = last.Length + length, Blocks = last.Blocks + 1 };
        else
            _ranges.Add(new FileRange(-1, length, block, 1));
    }

    public void Changed(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_ranges.Count > 0 && _ranges[^1] is { IsSame: false } last && last.Offset + last.Length == offset)
            _ranges[^1] = last with { Length = last.Length + bytes.Length };
        else
            _ranges.Add(new FileRange(offset, bytes.Length, -1, 0));
    }
}

/// <summary>Copies what changed into a store, and notes where.</summary>
internal sealed class RangeCopier(CopyStore store) : IRangeSink
{
    private readonly List<CopiedRange> _ranges = [];

    public IReadOnlyList<CopiedRange> Ranges => _ranges;

    public void Same(int block, int length)
    {
        if (_ranges.Count > 0 && _ranges[^1] is { Range: { IsSame: true } last } && last.FirstBlock + last.Blocks == block)
            _ranges[^1] = new CopiedRange(last with { Length = last.Length + length, Blocks = last.Blocks + 1 }, -1);
        else
            _ranges.Add(new CopiedRange(new FileRange(-1, length, block, 1), -1));
    }

    public void Changed(long offset, ReadOnlySpan<byte> bytes)
    {
        var stored = store.Append(bytes);
        if (_ranges.Count > 0 && _ranges[^1] is { Range: { IsSame: false } last } before && before.Stored + last.Length == stored)
            _ranges[^1] = before with { Range = last with { Length = last.Length + bytes.Length } };
        else
            _ranges.Add(new CopiedRange(new FileRange(offset, bytes.Length, -1, 0), stored));
    }
}
