using Shouldly;
using SnapshotBot.Bot.Presentation.Pictures;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation;

public sealed class PictureTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 15, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(2000)]
    public void Growth_AnyNumberOfPoints_IsAPictureOfTheSameSize(int points)
    {
        var seen = Enumerable.Range(0, points).Select(i => new GrowthPoint(Now.AddHours(i - points), 1L << (i % 45))).ToList();

        var png = GrowthPicture.Draw("Storage", seen, 1L << 40, TimeZoneInfo.Utc);

        SizeOf(png).ShouldBe((PictureStyle.Width, PictureStyle.Height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    public void Timeline_AnyNumberOfRuns_IsAPictureAsWideAsAPhoneLikesIt(int runs)
    {
        var seen = Enumerable.Range(0, runs).Select(i => new RunPoint(Now.AddHours(-i), (RunMark)(i % 4))).ToList();

        var png = TimelinePicture.Draw("modpack · nightly", seen, Now, TimeZoneInfo.Utc);

        SizeOf(png).Width.ShouldBe(PictureStyle.Width);
    }

    [Fact]
    public void Growth_SameFigures_GiveTheSamePicture()
    {
        GrowthPoint[] seen = [new(Now.AddDays(-1), 100), new(Now, 200)];

        GrowthPicture.Draw("Storage", seen, null, TimeZoneInfo.Utc).ShouldBe(GrowthPicture.Draw("Storage", seen, null, TimeZoneInfo.Utc));
    }

    private static (int Width, int Height) SizeOf(byte[] png)
    {
        png.AsSpan(0, 8).SequenceEqual((byte[])[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).ShouldBeTrue();
        return (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
