using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Games;

/// <summary>The game of one server, through its profile. Made anew for each operation: it knows the container as it was when found.</summary>
internal sealed class Game
{
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(30);

    /// <summary>How often a game is asked to write again: one that was busy with its own saving answers a little later.</summary>
    private const int ReleaseAttempts = 3;

    private static readonly TimeSpan BetweenReleases = TimeSpan.FromSeconds(1);

    private readonly EngineConnection _connection;
    private readonly TimeProvider _time;
    private readonly PathPatterns _leftOut;
    private readonly PathPatterns _secrets;

    internal Game(GameProfile profile, ContainerDetails? container, EngineConnection connection, TimeProvider time)
    {
        Profile = profile;
        Container = container;
        _connection = connection;
        _time = time;
        _leftOut = new PathPatterns(profile.LeaveOut);
        _secrets = new PathPatterns(profile.Secrets);
        Parts = [.. profile.Parts.Select(GameParts.Of)];
    }

    /// <summary>The profile; the generic one when nothing is known of the game.</summary>
    public GameProfile Profile { get; }

    /// <summary>The container the game itself is in, or null when it is missing.</summary>
    public ContainerDetails? Container { get; }

    /// <summary>How long it may take to save and end.</summary>
    public TimeSpan StopGrace => TimeSpan.FromSeconds(Profile.Stop.GraceSeconds);

    /// <summary>The signal that makes it save and end; null: the container's own.</summary>
    public string? StopSignal => Profile.Stop.Signal;

    /// <summary>Whether a snapshot leaves a path of the game's container out.</summary>
    public Func<string, bool> IsLeftOut => _leftOut.Fit;

    /// <summary>The parts of its data that people know by a word.</summary>
    public IReadOnlyList<GamePart> Parts { get; }

    /// <summary>Whether a path of the game's container holds a secret.</summary>
    public bool IsSecret(string containerPath) => _secrets.Fit(containerPath);

    /// <summary>The same with the hold in the journal before it is asked for, so that healing releases it when this process dies.</summary>
    public async Task<QuiesceHold> QuiesceAsync(
        ServerId server, Journal journal, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (Profile.Quiesce is null || !Runs)
            return QuiesceHold.Of(new QuiesceState.NotSupported());
        var fact = await journal.WriteAsync(new GameHeld(server.Value, Container?.State.StartedAt), cancellationToken);
        return (await QuiesceAsync(progress, cancellationToken)).Settling(journal, fact);
    }

    /// <summary>Asks the game to flush and to hold its writes. Never throws for the game's sake: see the hold's state.</summary>
    public async Task<QuiesceHold> QuiesceAsync(IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (Profile.Quiesce is not { } quiesce || !Runs)
            return QuiesceHold.Of(new QuiesceState.NotSupported());
        progress.Report(OperationProgress.At("quiesce", Profile.Title));
        QuiesceState done = quiesce.Holds == ProfileHolds.Writes ? new QuiesceState.Held() : new QuiesceState.Flushed();
        var state = done;
        try
        {
            foreach (var step in quiesce.Hold)
            {
                state = await RunAsync(step, null, cancellationToken) switch
                {
                    StepAnswer.Answered => state,
                    StepAnswer.NotOffered => new QuiesceState.NotSupported(),
                    StepAnswer.Failed failed => new QuiesceState.Failed(failed.Reason),
                    _ => new QuiesceState.TimedOut(),
                };
                if (state != done)
                    break;
            }
        }
        catch
        {
            // Only the caller's own cancellation comes here; what was held is let go before it is passed on.
            await ReleaseAtLastAsync();
            throw;
        }

        return new QuiesceHold(state, ReleaseAtLastAsync);
    }

    /// <summary>Who plays now.</summary>
    public async Task<PlayersAnswer> PlayersAsync(CancellationToken cancellationToken)
    {
        if (Profile.Players is not { } question)
            return new PlayersAnswer.Unknown("The profile knows no way to ask.");
        return await AskAsync(question, cancellationToken) switch
        {
            GameReply.Said said => QuestionReader.Players(question, said),
            GameReply.Nothing nothing => new PlayersAnswer.Unknown(nothing.Reason),
            _ => throw new InvalidOperationException("A game answered in a way nobody knows."),
        };
    }

    /// <summary>Tells everybody in the game something, as one harmless line.</summary>
    public async Task<AnnounceAnswer> AnnounceAsync(string text, CancellationToken cancellationToken)
    {
        if (Profile.Announce is not { } announce || !Runs)
            return new AnnounceAnswer.NotSupported();
        var line = GameText.Harmless(text);
        line = announce.Space is { } space ? line.Replace(" ", space, StringComparison.Ordinal) : line;
        return await RunAsync(announce.Step, line, cancellationToken) switch
        {
            StepAnswer.Answered => new AnnounceAnswer.Told(),
            StepAnswer.NotOffered => new AnnounceAnswer.NotSupported(),
            StepAnswer.Failed failed => new AnnounceAnswer.Failed(failed.Reason),
            _ => new AnnounceAnswer.Failed("It did not answer in time."),
        };
    }

    /// <summary>The game's version, or null when nobody says.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancellationToken) =>
        Profile.Version is { } question && await AskAsync(question, cancellationToken) is GameReply.Said said
            ? QuestionReader.Version(question, said)
            : null;

    /// <summary>Whether the game itself answers.</summary>
    public async Task<ReadyAnswer> ReadyAsync(CancellationToken cancellationToken)
    {
        if (Profile.Ready is not { } question)
            return new ReadyAnswer.NoCheck();
        return await AskAsync(question, cancellationToken) switch
        {
            GameReply.Nothing nothing => new ReadyAnswer.NotYet(nothing.Reason),
            _ => new ReadyAnswer.Ready(),
        };
    }

    /// <summary>Finds the paths that a part such as <c>player Anna</c> means in a snapshot.</summary>
    public Task<PartAnswer> ResolveAsync(string part, IGameFiles files, CancellationToken cancellationToken) =>
        GameParts.ResolveAsync(Parts, part, files, cancellationToken);

    /// <summary>Asks the game once to write again, under a deadline of its own; every step is tried whatever became of the one before.</summary>
    internal async Task<ReleaseAnswer> ReleaseAsync()
    {
        using var deadline = new CancellationTokenSource(ReleaseTime, _time);
        ReleaseAnswer answer = new ReleaseAnswer.Released();
        foreach (var step in Profile.Quiesce?.Release ?? [])
        {
            answer = await ReleaseAsync(step, deadline.Token) switch
            {
                StepAnswer.Answered => answer,
                StepAnswer.NotOffered none => answer is ReleaseAnswer.Failed ? answer : new ReleaseAnswer.NotOffered(none.Reason),
                StepAnswer.Failed failed => new ReleaseAnswer.Failed(failed.Reason),
                _ => new ReleaseAnswer.Failed("It did not answer in time."),
            };
        }

        return answer is ReleaseAnswer.Failed && await HasEndedAsync(deadline.Token) ? new ReleaseAnswer.Released() : answer;
    }

    private async Task<StepAnswer> ReleaseAsync(ProfileStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(step, null, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new StepAnswer.TimedOut();
        }
    }

    private async Task<ReleaseAnswer> ReleaseAtLastAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await ReleaseAsync();
            if (answer is not ReleaseAnswer.Failed || attempt == ReleaseAttempts)
                return answer;
            await Task.Delay(BetweenReleases, _time, CancellationToken.None);
        }
    }

    /// <summary>Whether the run that was asked to hold is over: what is started anew holds nothing.</summary>
    private async Task<bool> HasEndedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var engine = await _connection.GetAsync(cancellationToken);
            return Container is not { } container
                || (await engine.Containers.InspectAsync(container.Id, cancellationToken)).State is not { IsRunning: true } state
                || state.StartedAt != container.State.StartedAt;
        }
        catch (EngineNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            return false;
        }
    }

    private bool Runs => Container is { State.IsRunning: true };

    private async Task<StepAnswer> RunAsync(ProfileStep step, string? text, CancellationToken cancellationToken)
    {
        if (Container is not { } container)
            return new StepAnswer.NotOffered("Its container is missing.");
        try
        {
            return await new GameSteps(await _connection.GetAsync(cancellationToken), container, Profile, _time).RunAsync(step, text, cancellationToken);
        }
        catch (EngineException error)
        {
            return new StepAnswer.Failed(error.Message);
        }
    }

    private async Task<GameReply> AskAsync(ProfileQuestion question, CancellationToken cancellationToken)
    {
        if (Container is not { } container)
            return new GameReply.Nothing("Its container is missing.");
        if (question.Env is { } variable)
            return ProfileMatcher.Variable(container.Environment, variable) is { Length: > 0 } value ? GameReply.Said.Of(value) : new GameReply.Nothing($"{variable} is not set.");
        if (!Runs)
            return new GameReply.Nothing("It does not run.");
        try
        {
            if (question.Step is { } step)
            {
                return await RunAsync(step, null, cancellationToken) switch
                {
                    StepAnswer.Answered answered => GameReply.Said.Of(answered.Text),
                    StepAnswer.NotOffered none => new GameReply.Nothing(none.Reason),
                    StepAnswer.Failed failed => new GameReply.Nothing(failed.Reason),
                    _ => new GameReply.Nothing("It did not answer in time."),
                };
            }

            return await new GameQueries(await _connection.GetAsync(cancellationToken), container, _time).AskAsync(question, cancellationToken);
        }
        catch (EngineException error)
        {
            return new GameReply.Nothing(error.Message);
        }
    }
}
