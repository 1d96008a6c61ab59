using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Chat.Native.Rest;
using Xunit;

namespace SnapshotBot.Chat.Tests.Native;

/// <summary>Buckets, the fifty a second and the count of refused requests, in moved time.</summary>
public sealed class RateTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public async Task Enter_BeforeTheFirstAnswer_LetsOneGoAhead()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        var second = bucket.EnterAsync(Token);

        second.IsCompleted.ShouldBeFalse();
        bucket.Learn(Headers(limit: 5, remaining: 4, after: 2));
        await second;
    }

    [Fact]
    public async Task Enter_AllTaken_WaitsForTheReset()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        bucket.Learn(Headers(limit: 2, remaining: 1, after: 2));
        await bucket.EnterAsync(Token);
        var third = bucket.EnterAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(1.9));
        third.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await third;
    }

    [Fact]
    public async Task Enter_LessThanAMillisecondIsLeft_WaitsForTheClockAndDoesNotSpin()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        bucket.Learn(new RateHeaders(null, 1, 0, TimeSpan.FromMicroseconds(400), false, false, null));
        var next = await Task.Run(() => Task.FromResult(bucket.EnterAsync(Token)), Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        next.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await next;

        var rate = new GlobalRate(_time, most: 1);
        rate.Hold(TimeSpan.FromMicroseconds(400));
        var held = await Task.Run(() => Task.FromResult(rate.EnterAsync(Token)), Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        held.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await held;
    }

    [Fact]
    public async Task Enter_WithoutAnyLimit_NeverWaits()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        bucket.Learn(new RateHeaders(null, null, null, null, false, false, null));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => bucket.EnterAsync(Token)));
    }

    [Fact]
    public async Task Hold_Told_WaitsThatLong()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        bucket.Hold(TimeSpan.FromSeconds(3));
        var next = bucket.EnterAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(2.9));
        next.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await next;
    }

    [Fact]
    public async Task Forget_RequestWithoutAnswer_LetsTheNextFindOut()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        var next = bucket.EnterAsync(Token);
        bucket.Forget();

        await next;
    }

    [Fact]
    public async Task Learn_AnswersOutOfOrder_KeepsTheLowerRest()
    {
        using var bucket = new Bucket(_time);
        await bucket.EnterAsync(Token);
        bucket.Learn(Headers(limit: 5, remaining: 1, after: 2));
        bucket.Learn(Headers(limit: 5, remaining: 3, after: 2));
        await bucket.EnterAsync(Token);

        bucket.EnterAsync(Token).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Buckets_NamedAlikeForTwoChannels_AreTwoAllowances()
    {
        var buckets = new Buckets(_time);
        var (one, two) = (Routes.Messages(new ChannelId(1)), Routes.Messages(new ChannelId(2)));
        var first = buckets.Of(one);
        await first.EnterAsync(Token);
        buckets.Learn(one, first, Headers(limit: 1, remaining: 0, after: 5, bucket: "abc"));

        buckets.Of(one).EnterAsync(Token).IsCompleted.ShouldBeFalse();
        await buckets.Of(two).EnterAsync(Token);
    }

    [Fact]
    public async Task Buckets_TwoRoutesOfOneName_ShareTheAllowance()
    {
        var buckets = new Buckets(_time);
        var (edit, send) = (Routes.EditMessage(new ChannelId(1), new MessageId(5)), Routes.Messages(new ChannelId(1)));
        var first = buckets.Of(send);
        await first.EnterAsync(Token);
        buckets.Learn(send, first, Headers(limit: 2, remaining: 1, after: 5, bucket: "abc"));
        var second = buckets.Of(edit);
        await second.EnterAsync(Token);
        buckets.Learn(edit, second, Headers(limit: 2, remaining: 0, after: 5, bucket: "abc"));

        buckets.Of(edit).ShouldBeSameAs(buckets.Of(send));
        buckets.Of(send).EnterAsync(Token).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Buckets_ManyThatAreOver_AreForgottenButNotOneThatHoldsBack()
    {
        var buckets = new Buckets(_time);
        var held = Routes.Messages(new ChannelId(9999));
        var first = buckets.Of(held);
        await first.EnterAsync(Token);
        buckets.Learn(held, first, Headers(limit: 5, remaining: 4, after: 5));
        first.Hold(TimeSpan.FromHours(2));

        for (var i = 1UL; i <= 4000; i++)
        {
            var route = Routes.Messages(new ChannelId(i));
            var bucket = buckets.Of(route);
            await bucket.EnterAsync(Token);
            buckets.Learn(route, bucket, Headers(limit: 5, remaining: 4, after: 1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        buckets.Count.ShouldBeLessThanOrEqualTo(500);
        buckets.Of(held).ShouldBeSameAs(first);
        buckets.Of(held).EnterAsync(Token).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task GlobalRate_MoreThanFifty_NeverFiftyOneInASecond()
    {
        var rate = new GlobalRate(_time, 50);
        var sent = new List<DateTimeOffset>();
        var all = Task.WhenAll(Enumerable.Range(0, 175).Select(async _ =>
        {
            await rate.EnterAsync(Token);
            lock (sent)
            {
                sent.Add(_time.GetUtcNow());
            }
        }));
        for (var i = 0; i < 500 && !all.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Yield();
        }

        await all;
        sent.ShouldAllBe(from => sent.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1)) <= 50);
    }

    [Fact]
    public void InvalidRequests_TooMany_WaitsUntilTheOldestIsForgotten()
    {
        var invalid = new InvalidRequests(_time);
        for (var i = 0; i < InvalidRequests.Most; i++)
        {
            invalid.Wait().ShouldBeNull();
            invalid.Add();
        }

        invalid.Wait().ShouldBe(TimeSpan.FromMinutes(10));
        _time.Advance(TimeSpan.FromMinutes(10));
        invalid.Wait().ShouldBeNull();
        invalid.Count.ShouldBe(0);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RateHeaders Headers(int limit, int remaining, double after, string? bucket = null) =>
        new(bucket, limit, remaining, TimeSpan.FromSeconds(after), false, false, null);
}
