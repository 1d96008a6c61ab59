namespace SnapshotBot.Service.Operations;

/// <summary>Where an operation stands. The numbers are the catalog's.</summary>
public enum OperationState
{
    Queued = 0,
    Running = 1,

    /// <summary>Came to an expected ending; the outcome says which.</summary>
    Ended = 2,

    /// <summary>Something broke; the failure says what.</summary>
    Failed = 3,
    Cancelled = 4,
}
