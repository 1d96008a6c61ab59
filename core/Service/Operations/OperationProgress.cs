namespace SnapshotBot.Service.Operations;

/// <summary>Where an operation is. A new <see cref="Step"/> starts a new bar.</summary>
/// <param name="Step">What is being done, as a word: <c>inspect</c>, <c>freeze</c>, <c>read</c>, <c>thaw</c>, <c>commit</c>, <c>plan</c>,
/// <c>stage</c>, <c>warn</c>, <c>stop</c>, <c>safety</c>, <c>swap</c>, <c>recreate</c>, <c>start</c>, <c>health</c>, <c>check</c>, <c>sync</c>, <c>heal</c>.</param>
/// <param name="Done">Units done in this step.</param>
/// <param name="Total">Units of the whole step, 0 while nobody knows.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Detail">The container or path at hand, or null.</param>
public sealed record OperationProgress(string Step, long Done, long Total, ProgressUnit Unit, string? Detail)
{
    /// <summary>A step that counts nothing.</summary>
    public static OperationProgress At(string step, string? detail = null) => new(step, 0, 0, ProgressUnit.None, detail);
}

/// <summary>What a progress counts.</summary>
public enum ProgressUnit
{
    None,
    Bytes,
    Files,
    Blobs,
    Seconds,
}
