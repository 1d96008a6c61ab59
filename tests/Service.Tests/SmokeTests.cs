using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Assembly_Loads_HasName() => Assert.NotNull(typeof(SmokeTests).Assembly.GetName().Name);
}
