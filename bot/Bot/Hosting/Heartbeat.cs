using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// Calls an address after every good round, for a service that raises the alarm when the calls stop. A round is good when the queue was
/// looked through lately and no periodic work failed: a process that lives and does nothing must not look well.
/// </summary>
internal sealed class Heartbeat(HttpClient http, Uri address, Func<ServeHealth> health, TimeProvider time) : IPeriodicWork
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    public string Name => "heartbeat";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    /// <summary>Calls when the last round was good.</summary>
    /// <exception cref="HttpRequestException">Nobody answered, or not with a success. The address, which may hold a secret, is not in it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!IsGood(health()))
        {
            return;
        }

        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        // The address may hold a token, and the client's own error may hold the address: neither goes into a log.
#pragma warning disable MA0054
        catch (HttpRequestException error)
        {
            throw new HttpRequestException($"The heartbeat's address did not take the call ({error.StatusCode?.ToString() ?? error.HttpRequestError.ToString()}).");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The heartbeat's address did not answer in time.");
        }
#pragma warning restore MA0054
    }

    // Its own failure does not make the next round a bad one: then it could never recover.
    private bool IsGood(ServeHealth now) =>
        now.IsServing && (now.LastRound is not { } last || time.GetUtcNow() - last <= Late) && now.Failing.All(name => name == Name);
}
