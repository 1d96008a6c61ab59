using System.Text.Json.Serialization;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What is not as it should be, with the figures a person wants: a closed family. The sentence is the caller's.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(WorldShrank), "world-shrank")]
[JsonDerivedType(typeof(CrashLoop), "crash-loop")]
[JsonDerivedType(typeof(Killed), "killed")]
[JsonDerivedType(typeof(Damaged), "damaged")]
[JsonDerivedType(typeof(DoesNotBoot), "does-not-boot")]
[JsonDerivedType(typeof(RunMissed), "run-missed")]
[JsonDerivedType(typeof(RunFailed), "run-failed")]
[JsonDerivedType(typeof(Gone), "gone")]
[JsonDerivedType(typeof(DiskFilling), "disk-filling")]
[JsonDerivedType(typeof(CopyFailed), "copy-failed")]
[JsonDerivedType(typeof(UpkeepFailed), "upkeep-failed")]
public abstract record IncidentCause
{
    private IncidentCause()
    {
    }

    /// <summary>The stable word: with server and <see cref="Subject"/> it says which incident this is.</summary>
    [JsonIgnore]
    public abstract string Word { get; }

    /// <summary>What else tells two of one cause apart; empty for most.</summary>
    [JsonIgnore]
    public virtual string Subject => "";

    /// <summary>Whether the server looks broken, so that its last good snapshot is locked and nothing of it expires.</summary>
    [JsonIgnore]
    public virtual bool HoldsExpiry => false;

    /// <summary>The newest snapshot holds much less than the last good one. Sizes are bytes.</summary>
    public sealed record WorldShrank(SnapshotId Snapshot, string Name, string Place, long BytesBefore, long BytesNow, long FilesBefore, long FilesNow) : IncidentCause
    {
        public const string Text = "world-shrank";

        /// <summary>Whether it is the bytes that shrank; else only the files became few.</summary>
        [JsonIgnore]
        public bool IsOfBytes => BytesNow < BytesBefore / 2;

        public override string Word => Text;

        public override bool HoldsExpiry => true;
    }

    /// <summary>A container ends and is started again and again.</summary>
    public sealed record CrashLoop(string Container, int Restarts, int ExitCode) : IncidentCause
    {
        public const string Text = "crash-loop";

        public override string Word => Text;

        public override bool HoldsExpiry => true;
    }

    /// <summary>The game was killed (exit code 137), for its memory or because its time to stop was over: it did not save.</summary>
    public sealed record Killed(string Container, bool ForMemory, DateTimeOffset At) : IncidentCause
    {
        public const string Text = "killed";

        public override string Word => Text;

        public override bool HoldsExpiry => true;
    }

    /// <summary>Reading the snapshot back found damage.</summary>
    public sealed record Damaged(SnapshotId? Snapshot, string? Name, int Errors, string First) : IncidentCause
    {
        public const string Text = "damaged";

        public override string Word => Text;

        public override bool HoldsExpiry => true;
    }

    /// <summary>A clone of the snapshot was started and its game did not answer.</summary>
    public sealed record DoesNotBoot(SnapshotId Snapshot, string Name, string Reason) : IncidentCause
    {
        public const string Text = "does-not-boot";

        public override string Word => Text;

        public override bool HoldsExpiry => true;
    }

    /// <summary>A schedule's runs did not happen.</summary>
    public sealed record RunMissed(string Schedule, string Name, int Runs, DateTimeOffset Since) : IncidentCause
    {
        public const string Text = "run-missed";

        public override string Word => Text;

        public override string Subject => Schedule;
    }

    /// <summary>A schedule's run ended without a snapshot.</summary>
    /// <param name="Schedule">The schedule's id.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Code">A stable word for why.</param>
    /// <param name="Message">Why, in words; empty where <see cref="Refusal"/> says it.</param>
    /// <param name="Hint">What to do about it, or null.</param>
    public sealed record RunFailed(string Schedule, string Name, string Code, string Message, string? Hint) : IncidentCause
    {
        public const string Text = "run-failed";

        public override string Word => Text;

        public override string Subject => Schedule;

        /// <summary>The rule that forbade the newest run, where it was a rule.</summary>
        public Refusal? Refusal { get; init; }

        /// <summary>When the runs were due that failed or were missed in a row, the oldest first.</summary>
        public IReadOnlyList<DateTimeOffset> Nights { get; init; } = [];

        /// <summary>The newest snapshot there is; retention never takes the newest.</summary>
        public string? LastGood { get; init; }

        public DateTimeOffset? LastGoodAt { get; init; }
    }

    /// <summary>A schedule's server or channel does not exist any more: told once.</summary>
    /// <param name="Schedule">The schedule's id.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="What"><see cref="Server"/> or <see cref="Channel"/>.</param>
    public sealed record Gone(string Schedule, string Name, string What) : IncidentCause
    {
        public const string Text = "gone";

        public const string Server = "server";

        public const string Channel = "channel";

        public override string Word => Text;

        public override string Subject => $"{Schedule}/{What}";
    }

    /// <summary>The disk the repository lies on is nearly full, or will be soon.</summary>
    public sealed record DiskFilling(DiskSpace Disk) : IncidentCause
    {
        public const string Text = "disk-filling";

        public override string Word => Text;
    }

    /// <summary>The second copy could not be brought up to date; the next round goes on where it ended.</summary>
    public sealed record CopyFailed(string To, string Code, string Message) : IncidentCause
    {
        public const string Text = "copy-failed";

        /// <summary>The code when snapshots were left out because they are damaged in the repository itself.</summary>
        public const string SourceDamaged = "source-damaged";

        public override string Word => Text;
    }

    /// <summary>A round of upkeep could not do its work.</summary>
    public sealed record UpkeepFailed(string Work, string Message) : IncidentCause
    {
        public const string Text = "upkeep-failed";

        public override string Word => Text;

        public override string Subject => Work;
    }
}
