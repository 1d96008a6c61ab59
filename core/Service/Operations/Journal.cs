using System.Text;
using System.Text.Json;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// An operation's journal while it runs: one durable line a fact, the intent before the act. Made when the first fact is written, so an
/// operation that touches nothing has none.
/// </summary>
internal sealed class Journal(DataFolder folder, FactTypes types, OperationId operation) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<(int Number, Fact Fact)> _open = [];
    private FileStream? _file;
    private int _last;

    public OperationId Operation => operation;

    public bool IsEmpty => _last == 0;

    /// <summary>Facts that are neither taken back nor settled, oldest first.</summary>
    public IReadOnlyList<(int Number, Fact Fact)> Open => _open;

    /// <summary>Writes a fact down. When this returns, the act may begin.</summary>
    /// <returns>The fact's number, for <see cref="SettleAsync"/>.</returns>
    public async Task<int> WriteAsync(Fact fact, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var number = ++_last;
            var type = types.Of(fact);
            Append(JournalLine.Serialize(new JournalLine
            {
                Number = number,
                Fact = type.Name,
                Data = JsonSerializer.SerializeToElement(fact, type.Json),
            }));
            _open.Add((number, fact));
            return number;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Says that a fact needs no undoing any more, because what it was for is over: a container paused is unpaused.</summary>
    public async Task SettleAsync(int number)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            Append(JournalLine.Serialize(new JournalLine { Settled = number }));
            _open.RemoveAll(open => open.Number == number);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Says that the operation is done: from here on nothing is taken back, and the outcome is known even if the row never gets it.</summary>
    public async Task CloseAsync(string outcome)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            Append(JournalLine.Serialize(new JournalLine { Outcome = outcome }));
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return _file?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void Append(string line)
    {
        _file ??= folder.OpenJournal(operation);

        // One write a line: a crash leaves a line whole or cut short, never two mixed. Nor does a full disk.
        var end = _file.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _file.SetLength(end);
            throw;
        }
    }
}
