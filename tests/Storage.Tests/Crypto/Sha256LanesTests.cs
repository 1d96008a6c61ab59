using Shouldly;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Crypto;

public sealed class Sha256LanesTests
{
    [Fact]
    public void Hash_PiecesOfEveryLengthRoundABlock_AreEachHashedAsByThemselves() =>
        ShouldBeAsByThemselves([.. Enumerable.Range(0, 300)]);

    [Fact]
    public void Hash_EqualPiecesAndALongOne_AreEachHashedAsByThemselves() =>
        ShouldBeAsByThemselves([.. Enumerable.Repeat(16 * 1024, 63), 1_000_003, 1]);

    [Theory, InlineData(1), InlineData(9), InlineData(10), InlineData(17), InlineData(64)]
    public void Hash_AnyNumberOfPieces_AreEachHashedAsByThemselves(int count)
    {
        var random = new Random(count);
        ShouldBeAsByThemselves([.. Enumerable.Range(0, count).Select(_ => random.Next(0, 5000))]);
    }

    private static void ShouldBeAsByThemselves(int[] lengths)
    {
        var content = new byte[lengths.Sum()];
        new Random(7).NextBytes(content);
        var ids = new ObjectId[lengths.Length];

        Sha256Lanes.Hash(content, lengths, ids);

        var at = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            ids[i].ShouldBe(ObjectId.Hash(content.AsSpan(at, lengths[i])), $"piece {i} of {lengths[i]} bytes");
            at += lengths[i];
        }
    }
}
