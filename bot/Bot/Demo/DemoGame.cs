using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Engine;

namespace SnapshotBot.Bot.Demo;

/// <summary>The throw-away game server: an image, a volume and a container of its own making, and their removal.</summary>
internal sealed class DemoGame : IDisposable
{
    private static readonly TimeSpan ExecTime = TimeSpan.FromSeconds(60);

    private readonly IDockerEngine _engine;
    private readonly DemoRemains _made;
    private ContainerId? _container;

    private DemoGame(IDockerEngine engine, EngineInfo info, string id)
    {
        _engine = engine;
        Info = info;
        _made = new DemoRemains(engine, id);
    }

    public EngineInfo Info { get; }

    public string Endpoint => _engine.Endpoint;

    public string ContainerName => _made.Prefix;

    public static async Task<DemoGame> ConnectAsync(Settings settings, string id, CancellationToken cancellationToken)
    {
        var options = new EngineOptions
        {
            Endpoint = EngineEndpoint.FromEnvironment(settings.Variable),
            HostRoot = settings.HostRoot ?? "",
        };
        var engine = await DockerEngine.ConnectAsync(options, NullLogger.Instance, cancellationToken);
        try
        {
            return new DemoGame(engine, await engine.ReadInfoAsync(cancellationToken), id);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    public async Task StartAsync(string shell, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var root = await DemoImage.BuildAsync(shell, DemoScripts.Files, time, cancellationToken);
        await _engine.Images.ImportAsync(
            root, ImageTag.Parse(_made.Image), ["ENV PATH=/bin", "WORKDIR /game", $"CMD [\"/bin/sh\", \"{DemoScripts.Server}\"]"], cancellationToken);
        var blueprint = new ContainerBlueprint
        {
            Image = _made.Image,
            Mounts = [BlueprintMount.Volume(EngineName.Parse(_made.Prefix + "-world"), "/data")],
            Labels = _made.Labels,
            Network = "none",
            RestartPolicy = RestartPolicy.None,
        };
        _container = await _engine.Containers.CreateAsync(blueprint.ToDefinition(), EngineName.Parse(ContainerName), cancellationToken);
        await _engine.Containers.StartAsync(_container.Value, cancellationToken);
    }

    /// <summary>Runs one of the game's scripts inside the server.</summary>
    public async Task<string> RunAsync(string script, CancellationToken cancellationToken)
    {
        // By name: a restore may have made the container anew.
        var id = await _engine.Containers.FindAsync(ContainerName, cancellationToken) is ContainerLookup.Found found ? found.Container.Id : _container!.Value;
        var request = new ExecRequest { Command = ["/bin/sh", script], Deadline = ExecTime };
        return await _engine.Containers.ExecAsync(id, request, cancellationToken) is ExecResult.Finished { ExitCode: 0 } finished
            ? finished.Output.Trim()
            : throw new CommandFailedException(DemoPages.ScriptFailed(script));
    }

    /// <summary>Removes everything the demo made on the engine; what can't be removed is named.</summary>
    /// <returns>What is left, none when all is gone.</returns>
    public Task<IReadOnlyList<string>> RemoveAsync() => _made.RemoveAsync();

    /// <summary>Removes what demos left that were killed.</summary>
    public Task RemoveLeftoversAsync() => DemoRemains.RemoveAbandonedAsync(_engine);

    public void Dispose() => _engine.Dispose();
}
