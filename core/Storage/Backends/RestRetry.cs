namespace SnapshotBot.Storage.Backends;

/// <summary>Tries a call again while the server does not answer or says it is unwell. Bounded, each wait longer, with a random part.</summary>
internal sealed class RestRetry(RestBackendOptions options, TimeProvider timeProvider)
{
    /// <summary>Runs a call until it succeeds, fails for good, or the attempts are used up.</summary>
    /// <param name="bytes">Bytes that the call moves: it may take longer by the time they need.</param>
    /// <param name="attemptAsync">One attempt; told its number, from 0. Only a transient <see cref="BackendException"/> is tried again.</param>
    /// <param name="cancellationToken">Ends the call, the waits included.</param>
    public async Task<T> RunAsync<T>(long bytes, Func<int, CancellationToken, Task<T>> attemptAsync, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await AttemptAsync(bytes, attempt, attemptAsync, cancellationToken);
            }
            catch (BackendException e) when (e.IsTransient && attempt + 1 < options.Attempts)
            {
                await Task.Delay(WaitAfter(attempt), timeProvider, cancellationToken);
            }
        }
    }

    private async Task<T> AttemptAsync<T>(
        long bytes, int attempt, Func<int, CancellationToken, Task<T>> attemptAsync, CancellationToken cancellationToken)
    {
        var allowed = options.AttemptTimeout + TimeSpan.FromSeconds((double)bytes / options.SlowestBytesPerSecond);
        using var timeout = new CancellationTokenSource(allowed, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await attemptAsync(attempt, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendException(
                BackendFailure.Unavailable, null, $"The server did not answer within {allowed.TotalSeconds:F0} seconds.", e);
        }
        catch (Exception e) when (e is HttpRequestException || (e is IOException and not BackendException))
        {
            throw new BackendException(BackendFailure.Unavailable, null, $"The server can't be reached: {e.Message}", e);
        }
    }

    private TimeSpan WaitAfter(int attempt)
    {
        var full = Math.Min(options.LongestWait.TotalMilliseconds, options.FirstWait.TotalMilliseconds * Math.Pow(2, attempt));
        return TimeSpan.FromMilliseconds(full * (1 - (Random.Shared.NextDouble() / 2)));
    }
}
