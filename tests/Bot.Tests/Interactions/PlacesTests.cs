using Shouldly;
using SnapshotBot.Bot.Interactions;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

public sealed class PlacesTests
{
    [Fact]
    public void Take_AsManyAsOneMayHave_RefusesThatOneOnlyUntilOneIsGivenBack()
    {
        var places = new Places();
        var taken = Enumerable.Range(0, Places.Most).Select(_ => places.Take(1).ShouldNotBeNull()).ToList();

        places.Take(1).ShouldBeNull();
        places.Take(2).ShouldNotBeNull();
        taken[0].Dispose();
        taken[0].Dispose();
        places.Take(1).ShouldNotBeNull();
        places.Take(1).ShouldBeNull();
    }

    [Fact]
    public void Take_ByManyAtOnce_NeverGivesMoreAndLosesNone()
    {
        var places = new Places();
        Parallel.For(0, 2_000, _ => places.Take(1)?.Dispose());

        Enumerable.Range(0, Places.Most).ShouldAllBe(_ => places.Take(1) != null);
        places.Take(1).ShouldBeNull();
    }
}
