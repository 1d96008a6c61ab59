using System.Text.Json;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>What is to be done next on a connection.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>Hello: the first heartbeat within this time, by chance, and one after each such time from then on.</summary>
    public sealed record BeatEvery(TimeSpan Interval) : Step;

    public sealed record Beat(long? Sequence) : Step;

    public sealed record Identify : Step;

    public sealed record Resume(string SessionId, long Sequence) : Step;

    /// <summary>An event for whoever handles it.</summary>
    public sealed record Handle(string Name, JsonElement Data) : Step;

    /// <summary>The session lives: after READY or RESUMED.</summary>
    public sealed record Alive(bool IsNew) : Step;

    /// <summary>Close with this code and come back.</summary>
    public sealed record Leave(int CloseCode, Comeback How) : Step;
}

/// <summary>How to connect the next time.</summary>
internal enum Comeback
{
    /// <summary>With the session kept, if there is one.</summary>
    Resume,

    /// <summary>With a new session.</summary>
    Anew,

    /// <summary>With a new session, after the pause Discord wants (op 9).</summary>
    AnewAfterPause,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>
/// The gateway's conversation as a pure machine: frames, due heartbeats and closes go in, steps come out. It lives longer than a connection: id,
/// sequence and the address to resume at stay. Source: Discord's documentation of gateway version 10.
/// </summary>
internal sealed class Session
{
    public const int ZombieCode = 4000;

    private bool _acknowledged = true;

    public string? Id { get; private set; }
    public long? Sequence { get; private set; }
    public Uri? ResumeAddress { get; private set; }
    public bool CanResume => Id is not null && Sequence is not null;

    /// <summary>A connection begins: nothing is owed yet.</summary>
    public void Open() => _acknowledged = true;

    public IReadOnlyList<Step> OnFrame(Frame frame) => frame.Op switch
    {
        0 => OnEvent(frame),
        1 => [new Step.Beat(Sequence)],
        7 => [new Step.Leave(ZombieCode, Comeback.Resume)],
        9 => OnInvalid(frame.D.ValueKind == JsonValueKind.True),
        10 => OnHello(frame),
        11 => OnAcknowledged(),
        _ => [],
    };

    /// <summary>A heartbeat is due. If the last one had no answer, the connection is dead though it looks alive.</summary>
    public Step OnBeatDue()
    {
        if (!_acknowledged)
        {
            return new Step.Leave(ZombieCode, Comeback.Resume);
        }

        _acknowledged = false;
        return new Step.Beat(Sequence);
    }

    /// <summary>The other side closed, or the line broke (null).</summary>
    public Comeback OnClosed(int? code)
    {
        if (code is { } told && (IsForGood(told) || EndsSession(told)))
        {
            Forget();
            return IsForGood(told) ? Comeback.Never : Comeback.Anew;
        }

        // After any other close it is tried; if it can't be, op 9 says so.
        return CanResume ? Comeback.Resume : Comeback.Anew;
    }

    /// <summary>The token, the shards, the version or the intents are wrong, and will be at the next try.</summary>
    public static bool IsForGood(int code) => code is 4004 or 4010 or 4011 or 4012 or 4013 or 4014;

    /// <summary>Not identified, an unknown sequence, a session timed out: nothing is left to resume.</summary>
    public static bool EndsSession(int code) => code is 4003 or 4007 or 4009;

    public static ChatStop StopOf(int code) => code switch
    {
        4004 => ChatStop.BadToken,
        4010 or 4011 => ChatStop.BadShard,
        4012 => ChatStop.OldVersion,
        4013 => ChatStop.BadIntents,
        _ => ChatStop.ForbiddenIntents,
    };

    public void Forget()
    {
        Id = null;
        Sequence = null;
        ResumeAddress = null;
    }

    private IReadOnlyList<Step> OnHello(Frame frame)
    {
        var interval = frame.D.Deserialize(WireJson.Default.Hello)?.HeartbeatInterval ?? 0;
        var beat = new Step.BeatEvery(TimeSpan.FromMilliseconds(interval > 0 ? interval : 41_250));
        return CanResume ? [beat, new Step.Resume(Id!, Sequence!.Value)] : [beat, new Step.Identify()];
    }

    private IReadOnlyList<Step> OnInvalid(bool resumable)
    {
        if (resumable)
        {
            return [new Step.Leave(ZombieCode, Comeback.Resume)];
        }

        Forget();
        return [new Step.Leave(1000, Comeback.AnewAfterPause)];
    }

    private IReadOnlyList<Step> OnAcknowledged()
    {
        _acknowledged = true;
        return [];
    }

    private IReadOnlyList<Step> OnEvent(Frame frame)
    {
        // Told twice after a resume: handled once.
        if (frame.S is { } sequence)
        {
            if (Sequence is { } last && sequence <= last && frame.T != "READY")
            {
                return [];
            }

            Sequence = sequence;
        }

        switch (frame.T)
        {
            case "READY":
                var ready = frame.D.Deserialize(WireJson.Default.Ready) ?? new Ready();
                Id = ready.SessionId;
                ResumeAddress = Uri.TryCreate(ready.ResumeGatewayUrl, UriKind.Absolute, out var address) ? address : null;
                return [new Step.Alive(IsNew: true), new Step.Handle(frame.T, frame.D)];
            case "RESUMED":
                return [new Step.Alive(IsNew: false)];
            case { } name:
                return [new Step.Handle(name, frame.D)];
            default:
                return [];
        }
    }
}
