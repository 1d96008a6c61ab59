using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What upkeep has to know of schedules.</summary>
internal interface IScheduleFacts
{
    /// <summary>The schedules of a server, paused ones too.</summary>
    IReadOnlyList<ScheduleFact> Of(ServerId server);
}

/// <summary>One schedule.</summary>
/// <param name="Id">As it stands in <c>why=schedule:ID</c>.</param>
/// <param name="Keep">Its own retention, or null.</param>
/// <param name="RunsMissing">Runs in a row, up to now, that made no snapshot and were not skipped for a good reason; those that should have been
/// by now among them, whether they hang, wait, or were never taken.</param>
/// <param name="MissingSince">The slot of the first of them.</param>
internal sealed record ScheduleFact(string Id, string Name, string? Keep, bool IsPaused, int RunsMissing, DateTimeOffset? MissingSince)
{
    /// <summary>Its own channel was found gone.</summary>
    public bool LacksChannel { get; init; }

    /// <summary>Why the newest run that was tried failed, when one of those that are missing was tried at all.</summary>
    public RunFailure? Failed { get; init; }
}

/// <summary>Why a run failed.</summary>
/// <param name="Refusal">The rule that forbade it, or null.</param>
/// <param name="Failure">What broke, or null.</param>
/// <param name="Nights">When those were due that failed or were missed in a row, the oldest first.</param>
internal sealed record RunFailure(Refusal? Refusal, OperationFailure? Failure, IReadOnlyList<DateTimeOffset> Nights);

/// <summary>Where there are no schedules.</summary>
internal sealed class NoScheduleFacts : IScheduleFacts
{
    public IReadOnlyList<ScheduleFact> Of(ServerId server) => [];
}
