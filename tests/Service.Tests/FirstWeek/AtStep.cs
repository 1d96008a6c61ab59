using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Does something at the first moment an operation begins a step, or has done so much of it, while the operation waits.</summary>
internal sealed class AtStep(string step, Func<Task> act, long done = 0, string? detail = null) : IProgress<OperationProgress>
{
    private int _done;

    public bool Happened => Volatile.Read(ref _done) != 0;

    public void Report(OperationProgress value)
    {
        // Progress is told on the operation's own thread, so it stands still until this is over.
        if (value.Step != step || (done > 0 && value.Done != done) || (detail is not null && value.Detail != detail) || Interlocked.Exchange(ref _done, 1) != 0)
            return;
#pragma warning disable VSTHRD002 // The act runs on threads of its own; that this one waits is what the test is about.
        Task.Run(act).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
