using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using Xunit;

namespace SnapshotBot.Storage.Tests.Locking;

public sealed class RepositoryLocksTests
{
    private static readonly LockOwner Me = new("host", "me", 100, 0, 0);
    private static readonly LockOwner Neighbour = new("host", "neighbour", 200, 1, 1);
    private static readonly LockOwner Stranger = new("elsewhere", "stranger", 100, 2, 2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLockFiles _files = new();
    private readonly FakeProcesses _processes = new() { Alive = { 100, 200 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void ThisHost_IsTheWholeNameThatResticWrites() => LockOwner.ThisHost().ShouldBe(System.Net.Dns.GetHostName());

    [Fact]
    public async Task Acquire_Shared_WritesWhatResticReads()
    {
        await using var held = await Locks(Stranger).AcquireAsync(LockMode.Shared, Token);

        _files.Content.Values.ShouldBe([new LockFile
        {
            Time = _time.GetUtcNow(), Exclusive = false, Hostname = "elsewhere", Username = "stranger", ProcessId = 100, UserId = 2, GroupId = 2,
        }]);
    }

    [Fact]
    public async Task Dispose_Held_RemovesTheFile()
    {
        var held = await Locks(Me).AcquireAsync(LockMode.Exclusive, Token);

        await held.DisposeAsync();
        await held.DisposeAsync();

        _files.Content.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(LockMode.Shared, LockMode.Shared, true)]
    [InlineData(LockMode.Shared, LockMode.Exclusive, false)]
    [InlineData(LockMode.Exclusive, LockMode.Shared, false)]
    [InlineData(LockMode.Exclusive, LockMode.Exclusive, false)]
    public async Task Acquire_WhileAnotherHoldsOne_GoesThroughOnlyWhenBothShare(LockMode first, LockMode second, bool expected)
    {
        await using var other = await Locks(Neighbour).AcquireAsync(first, Token);

        if (expected)
        {
            await using var mine = await Locks(Me).AcquireAsync(second, Token);
            _files.Content.Count.ShouldBe(2);
        }
        else
        {
            var error = await Should.ThrowAsync<RepositoryLockedException>(Locks(Me).AcquireAsync(second, Token));
            error.Holder!.ProcessId.ShouldBe(200);
            error.Message.ShouldContain("neighbour@host");
            error.Message.ShouldContain("Nothing was changed");
            _files.Content.Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Acquire_AnotherAppearsWhileOursSettles_TakesOursBack()
    {
        _files.Settles = TimeSpan.FromMilliseconds(200);
        _files.AfterSave = () =>
        {
            _files.AfterSave = null;
            _files.Put(Neighbour.ToFile(LockMode.Exclusive, _time.GetUtcNow()));
        };

        await Should.ThrowAsync<RepositoryLockedException>(RunAsync(Locks(Me).AcquireAsync(LockMode.Shared, Token)));

        _files.Content.Values.Select(file => file.Username).ShouldBe(["neighbour"]);
    }

    [Fact]
    public async Task Acquire_HolderOnThisHostIsGone_RemovesItsLock()
    {
        _files.Put(Neighbour.ToFile(LockMode.Exclusive, _time.GetUtcNow()));
        _processes.Alive.Remove(200);

        await using var mine = await Locks(Me).AcquireAsync(LockMode.Exclusive, Token);

        _files.Content.Values.Select(file => file.Username).ShouldBe(["me"]);
    }

    [Fact]
    public async Task Acquire_LockOfAnEarlierProcessWithOurNumber_RemovesIt()
    {
        _files.Put(Me.ToFile(LockMode.Exclusive, _time.GetUtcNow()));

        await using var mine = await Locks(Me).AcquireAsync(LockMode.Shared, Token);

        _files.Content.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Acquire_OursHeldElsewhereInThisProcess_IsRespected()
    {
        await using var first = await Locks(Me).AcquireAsync(LockMode.Exclusive, Token);

        await Should.ThrowAsync<RepositoryLockedException>(Locks(Me).AcquireAsync(LockMode.Shared, Token));
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    public async Task Acquire_LockOfAnotherHost_IsAbandonedAfterHalfAnHour(int minutes, bool expected)
    {
        _files.Put(Stranger.ToFile(LockMode.Exclusive, _time.GetUtcNow()));
        _time.Advance(TimeSpan.FromMinutes(minutes));

        if (expected)
        {
            await using var mine = await Locks(Me).AcquireAsync(LockMode.Exclusive, Token);
        }
        else
        {
            await Should.ThrowAsync<RepositoryLockedException>(Locks(Me).AcquireAsync(LockMode.Exclusive, Token));
        }
    }

    [Fact]
    public async Task Acquire_LockThatCannotBeRead_IsRespectedAndUnlockRemovesIt()
    {
        _files.PutUnreadable();

        var error = await Should.ThrowAsync<RepositoryLockedException>(Locks(Me).AcquireAsync(LockMode.Shared, Token));
        error.Holder.ShouldBeNull();

        (await Locks(Me).UnlockAsync(UnlockScope.Abandoned, Token)).ShouldBe(1);
        await using var mine = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
    }

    [Fact]
    public async Task Acquire_WithRetry_WaitsUntilTheOtherIsDone()
    {
        var other = await Locks(Neighbour).AcquireAsync(LockMode.Exclusive, Token);
        var waiting = Locks(Me, new LockOptions { Retry = TimeSpan.FromMinutes(5) }).AcquireAsync(LockMode.Exclusive, Token);
        _time.Advance(TimeSpan.FromSeconds(3));
        waiting.IsCompleted.ShouldBeFalse();

        await other.DisposeAsync();

        await (await RunAsync(waiting)).DisposeAsync();
    }

    [Fact]
    public async Task Acquire_WithRetryUsedUp_SaysWhoHoldsIt()
    {
        await using var other = await Locks(Neighbour).AcquireAsync(LockMode.Exclusive, Token);

        var error = await Should.ThrowAsync<RepositoryLockedException>(
            RunAsync(Locks(Me, new LockOptions { Retry = TimeSpan.FromMinutes(2) }).AcquireAsync(LockMode.Shared, Token), TimeSpan.FromSeconds(1)));

        error.Message.ShouldContain("min");
    }

    [Fact]
    public async Task Held_FiveMinutes_IsRenewedNewBeforeOld()
    {
        await using var held = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        var first = _files.Content.Keys.Single();
        var least = int.MaxValue;
        _files.Changed = () => least = Math.Min(least, _files.Content.Count);

        await AdvanceAsync(TimeSpan.FromMinutes(6));

        _files.Content.Keys.Single().ShouldNotBe(first);
        _files.Content.Values.Single().Time.ShouldBeGreaterThanOrEqualTo(new DateTimeOffset(2026, 1, 1, 12, 5, 0, TimeSpan.Zero));
        least.ShouldBe(1);
        held.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Held_RenewalFails_IsLostBeforeOthersTakeItForAbandoned()
    {
        await using var held = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        _files.Failure = new BackendException(BackendFailure.Unavailable, null, "down");

        await AdvanceAsync(TimeSpan.FromMinutes(20));
        held.Lost.IsCancellationRequested.ShouldBeFalse();
        await AdvanceAsync(TimeSpan.FromMinutes(4));

        held.Lost.IsCancellationRequested.ShouldBeTrue();
        Should.Throw<RepositoryLockLostException>(held.ThrowIfLost);
        _files.Failure = null;
    }

    [Fact]
    public async Task Held_RenewalFailsForAWhile_IsRenewedAfterwards()
    {
        await using var held = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        _files.Failure = new BackendException(BackendFailure.Unavailable, null, "down");
        await AdvanceAsync(TimeSpan.FromMinutes(10));
        _files.Failure = null;

        await AdvanceAsync(TimeSpan.FromMinutes(60));

        held.Lost.IsCancellationRequested.ShouldBeFalse();
        (_time.GetUtcNow() - _files.Content.Values.Single().Time).ShouldBeLessThan(TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task Held_RenewalHangs_IsLostAllTheSame()
    {
        await using var held = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        _files.Hang = true;

        await AdvanceAsync(TimeSpan.FromMinutes(24));

        held.Lost.IsCancellationRequested.ShouldBeTrue();
        _files.Hang = false;
    }

    [Fact]
    public async Task Held_SomebodyRemovedTheFile_IsLostAtTheNextRenewal()
    {
        await using var held = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        await Locks(Stranger).UnlockAsync(UnlockScope.All, Token);

        await AdvanceAsync(TimeSpan.FromMinutes(7));

        held.Lost.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Unlock_Abandoned_LeavesTheLiving()
    {
        await using var mine = await Locks(Me).AcquireAsync(LockMode.Shared, Token);
        _files.Put(Neighbour.ToFile(LockMode.Shared, _time.GetUtcNow()));
        _files.Put(Stranger.ToFile(LockMode.Shared, _time.GetUtcNow().AddMinutes(-31)));

        (await Locks(Me).UnlockAsync(UnlockScope.Abandoned, Token)).ShouldBe(1);

        _files.Content.Values.Select(file => file.Username).ShouldBe(["me", "neighbour"], ignoreOrder: true);
    }

    [Fact]
    public void ProcessTable_ThisProcess_IsAliveButNotBeforeItBegan()
    {
        var table = new ProcessTable();

        table.MayBeAlive(Environment.ProcessId, TimeProvider.System.GetUtcNow()).ShouldBeTrue();
        table.MayBeAlive(Environment.ProcessId, TimeProvider.System.GetUtcNow().AddYears(-1)).ShouldBeFalse();
        table.MayBeAlive(int.MaxValue, TimeProvider.System.GetUtcNow()).ShouldBeFalse();
    }

    private RepositoryLocks Locks(LockOwner owner, LockOptions? options = null) =>
        new(_files, owner, options ?? new LockOptions(), _processes, _time);

    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(10))
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            for (var i = 0; i < 20; i++)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Moves the clock until the work is done: it is all that anything here waits for.</summary>
    private async Task<T> RunAsync<T>(Task<T> work, TimeSpan? step = null)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await work;
    }
}
