namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// Ends this process with the one that started it: however that ended, the kernel closes the pipe that is standard input here. A signal on
/// the parent's death would be tied to the thread that started this one, which may end long before its process.
/// </summary>
internal sealed class StarterWatch : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly Lock _gate = new();
    private bool _isDisposed;

    public StarterWatch(CancellationToken cancellationToken)
    {
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A thread of its own, for the read can't be taken back; it does not keep the process.
        new Thread(WaitForEnd) { IsBackground = true, Name = "starter-watch" }.Start();
    }

    /// <summary>Cancelled when the starter is gone, or with the token given.</summary>
    public CancellationToken Token => _over.Token;

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _over.Dispose();
        }
    }

    private void WaitForEnd()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            Span<byte> said = stackalloc byte[256];
            while (input.Read(said) > 0)
            {
                // Nothing is said on it.
            }
        }
        catch (IOException)
        {
            // As good as closed.
        }

        lock (_gate)
        {
            if (!_isDisposed)
            {
                _over.Cancel();
            }
        }
    }
}
