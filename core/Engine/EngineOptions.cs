namespace SnapshotBot.Engine;

/// <summary>How the engine is spoken to.</summary>
public sealed record EngineOptions
{
    public required EngineEndpoint Endpoint { get; init; }

    /// <summary>How long an ordinary call may take. Stopping, saving and loading have their own.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long finding out whether an engine is there may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the engine's host file system is mounted when this program runs in a container (<c>/host</c>); else empty.</summary>
    public string HostRoot { get; init; } = string.Empty;
}
