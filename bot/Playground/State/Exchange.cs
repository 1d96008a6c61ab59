using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>One interaction: what somebody pressed, and what came back.</summary>
public sealed class Exchange
{
    internal Exchange(ulong id, string token, ExchangeKind kind, Person person, TextChannel channel, DateTimeOffset pressed)
    {
        Id = id;
        Token = token;
        Kind = kind;
        Person = person;
        Channel = channel;
        PressedAt = pressed;
    }

    public ulong Id { get; }

    public ExchangeKind Kind { get; }

    public Person Person { get; }

    public TextChannel Channel { get; }

    public DateTimeOffset PressedAt { get; }

    /// <summary>What the gateway said of it.</summary>
    public JsonObject Payload { get; internal set; } = [];

    /// <summary>The message that was pressed on, if any.</summary>
    public Post? On { get; internal init; }

    public ExchangeState State { get; internal set; } = ExchangeState.Waiting;

    /// <summary>When the first answer came.</summary>
    public DateTimeOffset? AnsweredAt { get; internal set; }

    /// <summary>The message that answers it: a new one, or the one that was pressed on when that is what changes.</summary>
    public Post? Answer { get; internal set; }

    /// <summary>Whether the answer is to be the pressed message, edited.</summary>
    public bool AnswersInPlace { get; internal set; }

    /// <summary>The form that was opened.</summary>
    public JsonObject? Modal { get; internal set; }

    /// <summary>The suggestions.</summary>
    public IReadOnlyList<Choice> Choices { get; internal set; } = [];

    public IReadOnlyList<Post> FollowUps => FollowUpList;

    internal string Token { get; }

    internal List<Post> FollowUpList { get; } = [];

    /// <summary>Its token is over before its time.</summary>
    internal bool IsExpired { get; set; }

    internal ITimer? Limit { get; set; }
}

/// <summary>A suggestion: what is shown and what is sent.</summary>
public sealed record Choice(string Name, string Value);

/// <summary>What was pressed.</summary>
public enum ExchangeKind
{
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    Modal = 5,
}

/// <summary>How far an interaction is.</summary>
public enum ExchangeState
{
    /// <summary>Nobody has answered yet.</summary>
    Waiting,

    /// <summary>"Thinking ...": the answer is promised.</summary>
    Deferred,

    Answered,

    /// <summary>"The application did not respond": three seconds went by.</summary>
    NotAnswered,
}
