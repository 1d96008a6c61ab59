namespace SnapshotBot.Engine;

/// <summary>Something about the Docker engine went wrong. The message says what happened, what was not harmed and what to do.</summary>
public abstract class EngineException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same call may go through later without anyone changing anything.</summary>
    public abstract bool IsTransient { get; }
}

/// <summary>Why the engine could not be spoken to.</summary>
public enum EngineUnavailableReason
{
    /// <summary>There is no socket, or nothing listens behind it.</summary>
    NobodyListening,

    /// <summary>The socket is there, but this user may not open it.</summary>
    PermissionDenied,

    /// <summary>The connection broke while a call was under way: whether the call took effect is not known.</summary>
    ConnectionLost,

    /// <summary>The engine did not answer in time: whether the call took effect is not known.</summary>
    NoAnswer,

    /// <summary>The address given can't be used at all.</summary>
    BadAddress,
}

/// <summary>The engine can't be reached.</summary>
public sealed class EngineUnavailableException(EngineUnavailableReason reason, string endpoint, string message, Exception? inner = null)
    : EngineException(message, inner)
{
    public EngineUnavailableReason Reason { get; } = reason;

    /// <summary>Where the engine was expected.</summary>
    public string Endpoint { get; } = endpoint;

    public override bool IsTransient => Reason is EngineUnavailableReason.NobodyListening
        or EngineUnavailableReason.ConnectionLost or EngineUnavailableReason.NoAnswer;

    /// <summary>Whether the call may have taken effect although no answer came: look before doing it again.</summary>
    public bool MayHaveHappened => Reason is EngineUnavailableReason.ConnectionLost or EngineUnavailableReason.NoAnswer;
}

/// <summary>The engine speaks no API version that this program speaks.</summary>
public sealed class EngineVersionException(string? apiVersion, string message) : EngineException(message)
{
    /// <summary>The version the engine offers, when it says one.</summary>
    public string? ApiVersion { get; } = apiVersion;

    public override bool IsTransient => false;
}

/// <summary>What a thing of the engine is.</summary>
public enum EngineNoun
{
    Container,
    Image,
    Network,
    Volume,
    Exec,
}

/// <summary>The container, image, network or volume is not (or no longer) there.</summary>
public sealed class EngineNotFoundException(EngineNoun noun, string name, string message, Exception? inner = null) : EngineException(message, inner)
{
    public EngineNoun Noun { get; } = noun;

    /// <summary>What was asked for.</summary>
    public string Name { get; } = name;

    public override bool IsTransient => false;
}

/// <summary>The state of things forbids it now: a name in use, a container not running, a volume in use.</summary>
public sealed class EngineConflictException(string engineMessage, string message, Exception? inner = null) : EngineException(message, inner)
{
    /// <summary>The engine's own words.</summary>
    public string EngineMessage { get; } = engineMessage;

    public override bool IsTransient => false;
}

/// <summary>The engine understood and said no, or failed while doing it.</summary>
public sealed class EngineRefusedException(int status, string engineMessage, string message, Exception? inner = null)
    : EngineException(message, inner)
{
    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>The engine's own words.</summary>
    public string EngineMessage { get; } = engineMessage;

    /// <summary>A busy engine (503) may say yes later; a failed start or a bad request will not.</summary>
    public override bool IsTransient => Status == 503;
}

/// <summary>The engine's answer can't be understood.</summary>
public sealed class EngineAnswerException(string message, Exception? inner = null) : EngineException(message, inner)
{
    public override bool IsTransient => false;
}
