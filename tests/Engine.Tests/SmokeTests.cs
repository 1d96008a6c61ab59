using Xunit;

namespace SnapshotBot.Engine.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Assembly_Loads_HasName() => Assert.NotNull(typeof(SmokeTests).Assembly.GetName().Name);
}
