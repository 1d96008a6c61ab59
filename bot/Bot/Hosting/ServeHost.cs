using SnapshotBot.Bot.Commands.Serve;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// The serving process: the runner, Discord over it, and whoever watches its health. Told to end, the runner hands over first, Discord then
/// says how things stand, and only then is everything closed.
/// </summary>
internal sealed class ServeHost(IServiceHost service, Settings settings, Action<object> show, TimeProvider time)
{
    private const int AnswerThreads = 24;

    /// <summary>The runner alone.</summary>
    public Task<ServeEnding> RunWithoutDiscordAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    /// <summary>The runner, and people in Discord.</summary>
    public async Task<ServeEnding> RunWithDiscordAsync(CancellationToken cancellationToken)
    {
        // The pool begins with a thread a core and takes half a second to add one. A snapshot that computes on all of them would make people wait for
        // that; with threads to spare the kernel shares the cores among them, and an answer needs little.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, AnswerThreads), completions);
        var logs = service.Logs;
        await using var chat = ChatClient.Create(settings, logs, time);
        var discord = await DiscordHost.CreateAsync(chat, service, settings, logs.CreateLogger("Discord"), time, cancellationToken);
        if (discord.Desk.Claim is { IsOpen: true } claim)
        {
            show(new ClaimOffered(claim.Code));
        }

        return await RunAsync(discord, cancellationToken);
    }

    private async Task<ServeEnding> RunAsync(DiscordHost? discord, CancellationToken cancellationToken)
    {
        // In a container: on the host the engine's own refusals say what is missing.
        if (settings.HostRoot is not null && Capabilities.Missing() is { Count: > 0 } missing)
        {
            throw new CommandFailedException(HealthPages.MissingCapabilities(missing));
        }

        var server = await service.GetAsync<OperationServer>(cancellationToken);
        using var stopServing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stopTalking = new CancellationTokenSource();
        var serving = server.RunAsync(
            told =>
            {
                show(told);
                return Task.CompletedTask;
            },
            stopServing.Token);
        var talking = discord?.RunAsync(stopTalking.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, time, stopTalking.Token);
        var watched = WatchedAsync(server, discord, stopTalking.Token);
        _ = await Task.WhenAny(serving, talking);
        await stopServing.CancelAsync();
        try
        {
            var ending = await serving;
            if (discord is not null && !talking.IsCompleted)
            {
                await discord.FlushAsync();
            }

            return ending;
        }
        finally
        {
            await stopTalking.CancelAsync();
            await watched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await EndAsync(talking);
        }
    }

    // A refused login is the end of the whole process, and its reason is what people must read.
    private static async Task EndAsync(Task talking)
    {
        try
        {
            await talking;
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private async Task WatchedAsync(OperationServer server, DiscordHost? discord, CancellationToken cancellationToken)
    {
        if (settings.Variable("SNAPSHOTBOT_HEALTH") is not { } address)
        {
            return;
        }

        var operations = await service.GetAsync<OperationReads>(cancellationToken);
        var metrics = new Metrics(server, operations, await service.GetAsync<FreshnessReads>(cancellationToken), discord);
        await new HealthServer(address, new HealthChecks(service, discord, time), metrics, service.Logs.CreateLogger("Health"))
            .RunAsync(cancellationToken);
    }
}
