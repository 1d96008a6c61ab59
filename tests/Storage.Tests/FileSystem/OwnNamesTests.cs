using System.Text;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class OwnNamesTests
{
    [Theory]
    [InlineData(".snapshotbot-stage-65666768000000ab", true)]
    [InlineData(".snapshotbot-restore-1a-2-ffffffffffffff", true)]
    [InlineData(".snapshotbot-", false)]
    [InlineData(".snapshotbot-notes", false)]
    [InlineData(".snapshotbot-stage-", false)]
    [InlineData(".snapshotbot-stage-notes", false)]
    [InlineData(".snapshotbot-stage-65666768000000AB", false)]
    [InlineData(".snapshotbot-stage-65666768000000ab0", false)]
    [InlineData(".snapshotbot-restore-notes", false)]
    [InlineData(".snapshotbot-restore-1-2", false)]
    [InlineData(".snapshotbot-restore-1-2-3-4", false)]
    [InlineData(".snapshotbot-restore-1--3", false)]
    [InlineData("my.snapshotbot-restore-1-2-3", false)]
    public void IsOne_Name_OnlyWhenWeWouldMakeIt(string name, bool own) => OwnNames.IsOne(Encoding.UTF8.GetBytes(name)).ShouldBe(own);

    [Fact]
    public void IsOne_WhatIsMadeHere_IsKnownAgain()
    {
        OwnNames.IsOne(OwnNames.NextTemporary()).ShouldBeTrue();
        OwnNames.IsOne(OwnNames.OfStage("0123456789abcdef")).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => OwnNames.OfStage("op1"));
    }
}
