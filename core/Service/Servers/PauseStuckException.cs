namespace SnapshotBot.Service.Servers;

/// <summary>A container did not stand still in time, and was let go.</summary>
internal sealed class PauseStuckException : Exception
{
    private PauseStuckException(string message, TimeSpan lasted)
        : base(message)
    {
        Lasted = lasted;
    }

    /// <summary>How long the container stood still for nothing.</summary>
    public TimeSpan Lasted { get; }

    /// <summary>With what most likely was in the way, by who was to hold it.</summary>
    public static PauseStuckException Of(FreezeTarget target, TimeSpan lasted) => new(
        target.IsHeldByKernel
            ? "A program in the container did not stand still: most likely it waits for its disk."
            : "The engine hung while it paused a container, as it does when a command is just being started inside.",
        lasted);
}
