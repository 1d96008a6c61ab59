namespace SnapshotBot.Storage.Restoring;

/// <summary>Runs equal workers; the first that fails stops the others, and its failure is the one that is told.</summary>
internal static class Workers
{
    public static async Task RunAsync(int count, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var workers = Enumerable.Range(0, count).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await work(stop.Token);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref first, e, null);
                    await stop.CancelAsync();
                }
            },
            CancellationToken.None));
        await Task.WhenAll(workers);
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
