using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Pruning;
using Xunit;

namespace SnapshotBot.Storage.Tests.Pruning;

public sealed class PruneDecisionTests
{
    [Fact]
    public void Decide_AnyPacks_LeavesNoMoreUnusedThanAllowedAndRewritesNothingInVain() =>
        Gen.Select(Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Bool).List[0, 40], Gen.Double[0, 100]).Sample((sizes, percent) =>
        {
            var packs = sizes.Select((size, number) => Use(number, size.Item1, size.Item2, size.Item3)).ToList();

            var (keep, repack, remove) = PruneDecision.Decide(packs, percent);

            keep.Concat(repack).Concat(remove).ShouldBe(packs, ignoreOrder: true);
            remove.ShouldAllBe(pack => pack.UsedBytes == 0);
            repack.ShouldAllBe(pack => pack.UnusedBytes > 0 && pack.UsedBytes > 0);
            keep.Where(pack => !pack.IsData).ShouldAllBe(pack => pack.UnusedBytes == 0);
            var used = packs.Sum(pack => pack.UsedBytes);
            var left = keep.Sum(pack => pack.UnusedBytes);
            if (percent < 100)
            {
                ((double)left).ShouldBeLessThanOrEqualTo((percent * used / (100 - percent)) + 0.001);
            }

            // The last pack of data that is rewritten was still one too many.
            if (repack.LastOrDefault(pack => pack.IsData) is { } last && percent < 100)
            {
                ((double)left + last.UnusedBytes).ShouldBeGreaterThan(percent * used / (100 - percent));
            }
        }, iter: 500);

    private static PackUse Use(int number, long used, long unused, bool isData) => new()
    {
        Pack = number,
        Id = new PackId(ObjectId.Random()),
        FileSize = used + unused,
        ExpectedSize = used + unused,
        UsedBytes = used,
        UnusedBytes = unused,
        IsData = isData,
    };
}
