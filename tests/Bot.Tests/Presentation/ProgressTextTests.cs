using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation;

public sealed class ProgressTextTests
{
    [Fact]
    public void Running_BytesWithTotal_SaysHowMuchHowFastHowLong() =>
        ProgressText.Running(new StepProgress("copying", 4L << 30, 8L << 30, ProgressUnit.Bytes), TimeSpan.FromSeconds(20))
            .ShouldBe("copying 4.0 GiB of 8.0 GiB · 50 % · 20.0 s left · 205 MiB/s");

    [Fact]
    public void Running_NothingKnown_SaysThatItGoesOn() =>
        ProgressText.Running(new StepProgress("stopping", 0, 0, ProgressUnit.None), TimeSpan.FromSeconds(38)).ShouldBe("stopping · 38.0 s");

    [Theory]
    [InlineData(0, 100, "▱▱▱▱▱▱▱▱▱▱")]
    [InlineData(41, 100, "▰▰▰▰▱▱▱▱▱▱")]
    [InlineData(250, 100, "▰▰▰▰▰▰▰▰▰▰")]
    public void Bar_Progress_FillsByTenths(long done, long total, string bar) =>
        ProgressText.Bar(new StepProgress("x", done, total, ProgressUnit.Bytes), TimeSpan.Zero).ShouldBe(bar);
}
