using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Engine;
using SnapshotBot.Playground.Page;

namespace SnapshotBot.Bot.Demo;

/// <summary>The playground's two game servers: an image, two volumes, two containers of its own making, and their removal.</summary>
internal sealed class PlayServers : IDisposable
{
    private readonly IDockerEngine _engine;
    private readonly DemoRemains _made;

    private PlayServers(IDockerEngine engine, string id)
    {
        _engine = engine;
        _made = new DemoRemains(engine, id);
    }

    public IReadOnlyList<PlayServer> All { get; private set; } = [];

    public static async Task<PlayServers> ConnectAsync(Settings settings, string id, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { Endpoint = EngineEndpoint.FromEnvironment(settings.Variable), HostRoot = settings.HostRoot ?? "" };
        return new PlayServers(await DockerEngine.ConnectAsync(options, NullLogger.Instance, cancellationToken), id);
    }

    public async Task StartAsync(string shell, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var root = await DemoImage.BuildAsync(shell, PlayScripts.Files, time.GetUtcNow(), cancellationToken);
        await _engine.Images.ImportAsync(
            root, ImageTag.Parse(_made.Image), ["ENV PATH=/bin", "WORKDIR /game", $"CMD [\"/bin/sh\", \"{PlayScripts.Server}\"]"], cancellationToken);
        All = await Task.WhenAll(
            AddAsync("castle", PlayKind.Map, time, cancellationToken), AddAsync("harbour", PlayKind.Switch, time, cancellationToken));
    }

    /// <summary>Removes what demos left that were killed.</summary>
    public Task RemoveLeftoversAsync() => DemoRemains.RemoveAbandonedAsync(_engine);

    /// <summary>Removes everything made on the engine; what can't be removed is named.</summary>
    /// <returns>What is left, none when all is gone.</returns>
    public Task<IReadOnlyList<string>> RemoveAsync() => _made.RemoveAsync();

    public void Dispose() => _engine.Dispose();

    private async Task<PlayServer> AddAsync(string name, PlayKind kind, TimeProvider time, CancellationToken cancellationToken)
    {
        var blueprint = new ContainerBlueprint
        {
            Image = _made.Image,
            Mounts = [BlueprintMount.Volume(EngineName.Parse($"{_made.Prefix}-{name}"), PlayScripts.Volume)],
            Labels = new Dictionary<string, string>(_made.Labels, StringComparer.Ordinal) { ["snapshotbot.offer"] = "true" },
            Network = "none",
            RestartPolicy = RestartPolicy.None,
        };
        var container = $"{_made.Prefix}-{name}";
        var id = await _engine.Containers.CreateAsync(blueprint.ToDefinition(), EngineName.Parse(container), cancellationToken);
        await _engine.Containers.StartAsync(id, cancellationToken);
        return new PlayServer(_engine, name, kind, container, time);
    }
}
