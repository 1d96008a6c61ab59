using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What the program wrote down about who was kept from what.</summary>
internal sealed class AuditReader : IAsyncDisposable
{
    // Whoever is refused reads one of these and nothing of what is there.
    private static readonly string[] Refusals =
    [
        "not allowed", "not set up here", "No such", "belongs to", "too old", "means nothing", "no game server here", "No such container", "over already",
        "is no good value",
    ];

    private readonly ServiceHost _service;
    private readonly AuditLog _log;

    private AuditReader(ServiceHost service, AuditLog log) => (_service, _log) = (service, log);

    public static async Task<AuditReader> OpenAsync(DiscordBench bench, CancellationToken cancellationToken)
    {
        var service = bench.Service();
        return new AuditReader(service, await service.GetAsync<AuditLog>(cancellationToken));
    }

    public int RefusalsOf(Actor who) => _log.List(new AuditFilter(who.Channel.Guild.Id), 10_000)
        .Count(line => line.Entry.Verdict == AuditVerdict.Refused && line.Entry.Person == who.Person.Id);

    /// <summary>Somebody did what is not theirs to do: no form opens, they read a refusal for their own eyes, and it is written down.</summary>
    /// <param name="act">Does it: the lines are counted before.</param>
    public async Task<Post> RefusedAsync(Actor who, Func<Exchange> act, string what, CancellationToken cancellationToken)
    {
        var seen = RefusalsOf(who);
        var exchange = act();
        await who.AnswerAsync(exchange, cancellationToken);
        exchange.Modal.ShouldBeNull(what);
        var answer = await who.ReadAsync(exchange, cancellationToken);
        answer.OnlyFor.ShouldBe(who.Person, what);
        Refusals.ShouldContain(refusal => answer.Text.Contains(refusal, StringComparison.Ordinal), $"{what}: {answer.Text}");
        await GrowsAsync(who, seen, what, cancellationToken);
        return answer;
    }

    /// <summary>The line comes a moment after the answer: an answer must not wait for it.</summary>
    public async Task GrowsAsync(Actor who, int seen, string what, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeSpan.FromSeconds(30));
        while (RefusalsOf(who) <= seen)
        {
            limited.IsCancellationRequested.ShouldBeFalse("written down: " + what);
            // Another process writes it: nothing here is told.
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>Waits for a person's newest line about something; it must say exactly this.</summary>
    public async Task HasAsync(Actor who, string act, string? subject, AuditVerdict verdict, string? reason, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeSpan.FromSeconds(30));
        var wanted = new AuditEntry(who.Channel.Guild.Id, who.Person.Id, act, subject, verdict, reason);
        AuditEntry? seen;
        while ((seen = _log.List(new AuditFilter(who.Channel.Guild.Id, who.Person.Id), 1000).FirstOrDefault(line => line.Entry.Act == act)?.Entry) != wanted)
        {
            limited.IsCancellationRequested.ShouldBeFalse($"wanted {wanted}, there is {seen}");
            // Another process writes it: nothing here is told.
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
