namespace SnapshotBot.Playground;

/// <summary>What a client asked for, and what it did wrong. Tests end by looking in here.</summary>
public sealed class Ledger
{
    // A day of a busy guild is some hundred thousand requests: the last are kept, all are counted.
    private const int Kept = 2_000;

    private readonly Lock _gate = new();
    private readonly Queue<LoggedCall> _calls = new();
    private readonly Queue<DateTimeOffset> _second = new();
    private readonly List<string> _violations = [];
    private readonly List<ulong> _again = [];
    private readonly SortedSet<string> _ignored = new(StringComparer.Ordinal);

    /// <summary>The last requests, oldest first.</summary>
    public IReadOnlyList<LoggedCall> Calls => Locked(() => _calls.ToArray());

    /// <summary>Requests the real Discord would have refused as malformed, each with where and why.</summary>
    public IReadOnlyList<string> Violations => Locked(() => _violations.ToArray());

    /// <summary>Keys that the specification does not know. Discord drops them without a word, so somebody meant something else.</summary>
    public IReadOnlyList<string> UnknownKeys => Locked(() => _ignored.ToArray());

    /// <summary>
    /// Interactions that were to have a second first answer. A client that heard nothing of the one it gave has to ask again; any other answers twice.
    /// </summary>
    public IReadOnlyList<ulong> AnsweredAgain => Locked(() => _again.ToArray());

    /// <summary>All that Discord would refuse, or drop without a word: nothing of it in a client that keeps to the rules.</summary>
    public IReadOnlyList<string> Objections => Locked(() => (IReadOnlyList<string>)
        [.. _violations, .. _ignored.Select(key => "unknown key: " + key), .. _again.Select(AgainText)]);

    /// <summary>Requests in all.</summary>
    public long Total { get; private set; }

    /// <summary>401, 403 and 429: 10,000 in ten minutes ban an address.</summary>
    public long InvalidRequests { get; private set; }

    /// <summary>The most requests that count against the 50 a second within any one second.</summary>
    public int BusiestSecond { get; private set; }

    internal void Count(LoggedCall call, DateTimeOffset now)
    {
        lock (_gate)
        {
            Total++;
            if (call.Status is 401 or 403 or 429)
            {
                InvalidRequests++;
            }

            if (call.CountsGlobally)
            {
                _second.Enqueue(now);
                while (_second.Peek() <= now - TimeSpan.FromSeconds(1))
                {
                    _second.Dequeue();
                }

                BusiestSecond = Math.Max(BusiestSecond, _second.Count);
            }

            _calls.Enqueue(call);
            if (_calls.Count > Kept)
            {
                _calls.Dequeue();
            }
        }
    }

    internal void Violation(string text)
    {
        lock (_gate)
        {
            _violations.Add(text);
        }
    }

    /// <summary>How an interaction of <see cref="AnsweredAgain"/> stands among the objections.</summary>
    public static string AgainText(ulong interaction) => $"interaction {interaction} was answered again";

    internal void WasAnsweredAgain(ulong interaction)
    {
        lock (_gate)
        {
            _again.Add(interaction);
        }
    }

    internal void Ignored(string text)
    {
        lock (_gate)
        {
            _ignored.Add(text);
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}

/// <summary>One request.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">Below the version, with ids; the token of a webhook or interaction is cut out.</param>
/// <param name="Body">The JSON that was sent, null without any.</param>
/// <param name="Status">What it was answered with; 0 when the connection was cut.</param>
public sealed record LoggedCall(string Method, string Path, string? Body, int Status)
{
    /// <summary>Answers to interactions and what hangs on their tokens are not part of the 50 a second.</summary>
    internal bool CountsGlobally { get; init; }
}
