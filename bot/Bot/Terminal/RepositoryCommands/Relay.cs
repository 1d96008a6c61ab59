namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>Hands progress on at once, on the reporting thread; the library's own posts each report to another thread.</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
