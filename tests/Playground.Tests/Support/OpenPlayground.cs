using Shouldly;
using Xunit;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>One running playground and one browser for all tests of a class: each opens a page of its own.</summary>
public sealed class OpenPlayground : IAsyncLifetime
{
    private RunningPlayground? _playground;
    private Browser? _browser;

    /// <summary>Why there is none; null when there is one.</summary>
    internal static string? Missing { get; } =
        Browser.Program is null ? "There is no Chromium here." : RunningPlayground.Engine is null ? "There is no Docker engine of the tests' own here." : null;

    internal RunningPlayground Running => _playground!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            _playground = await RunningPlayground.StartAsync(deadline.Token);
            _browser = await Browser.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_playground is not null)
        {
            // In order, so that the engine is as before: copies have names that the next run wants too.
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            var (exit, last) = await _playground.EndAsync(deadline.Token);
            await _playground.DisposeAsync();
            exit.ShouldBe(0, last);
            last.ShouldContain("\"left\":[]");
        }
    }

    /// <summary>A page that has been told everything, looked at by somebody in a channel.</summary>
    internal async Task<(Tab Tab, PageHand Hand)> OpenAsync(string person, string channel, CancellationToken cancellationToken)
    {
        var tab = await _browser!.OpenAsync(Running.Url, 1280, 900, "dark", cancellationToken);
        var hand = new PageHand(tab, cancellationToken);
        await hand.ArriveAsync(person, channel);
        return (tab, hand);
    }
}
