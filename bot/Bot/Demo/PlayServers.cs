using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Engine;
using SnapshotBot.Playground.Page;

namespace SnapshotBot.Bot.Demo;

/// <summary>The playground's two game servers: an image, two volumes, two containers of its own making, and their removal.</summary>
internal sealed class PlayServers : IDisposable
{
    private const string Label = "snapshotbot.demo";

    // Removing must go on after Ctrl-C, but not for ever.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromMinutes(2);

    private readonly IDockerEngine _engine;
    private readonly string _id;

    private PlayServers(IDockerEngine engine, string id)
    {
        _engine = engine;
        _id = id;
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
            root, ImageTag.Parse(Image), ["ENV PATH=/bin", "WORKDIR /game", $"CMD [\"/bin/sh\", \"{PlayScripts.Server}\"]"], cancellationToken);
        All = 
        [
            await AddAsync("castle", PlayKind.Map, time, cancellationToken),
            await AddAsync("harbour", PlayKind.Switch, time, cancellationToken),
        ];
    }

    /// <summary>Removes everything made on the engine; what can't be removed is named.</summary>
    /// <returns>What is left, none when all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync()
    {
        using var deadline = new CancellationTokenSource(CleanUpTime);
        var left = new List<string>();
        foreach (var container in await ListAsync(deadline.Token))
        {
            await TryAsync($"container {container.Name}", left, () => RemoveAsync(container.Id, deadline.Token));
        }

        foreach (var volume in await VolumesAsync(deadline.Token))
        {
            await TryAsync($"volume {volume}", left, () => _engine.Volumes.RemoveAsync(volume, deadline.Token));
        }

        await TryAsync($"image {Image}", left, () => _engine.Images.UntagAsync(ImageTag.Parse(Image), deadline.Token));
        return left;
    }

    public void Dispose() => _engine.Dispose();

    private string Image => "snapshotbot-demo:" + _id;

    private string Prefix => $"snapshotbot-demo-{_id}-";

    private async Task<PlayServer> AddAsync(string name, PlayKind kind, TimeProvider time, CancellationToken cancellationToken)
    {
        var blueprint = new ContainerBlueprint
        {
            Image = Image,
            Mounts = [BlueprintMount.Volume(EngineName.Parse(Prefix + name), "/data")],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = _id, ["snapshotbot.offer"] = "true" },
            Network = "none",
            RestartPolicy = RestartPolicy.None,
        };
        var container = Prefix + name;
        var id = await _engine.Containers.CreateAsync(blueprint.ToDefinition(), EngineName.Parse(container), cancellationToken);
        await _engine.Containers.StartAsync(id, cancellationToken);
        return new PlayServer(_engine, name, kind, container, time);
    }

    private async Task RemoveAsync(ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            // Cut off while frozen: a paused container can't be stopped.
            await _engine.Containers.UnpauseAsync(id, cancellationToken);
        }
        catch (EngineConflictException)
        {
            // It is not paused.
        }

        await _engine.Containers.StopAsync(id, TimeSpan.Zero, cancellationToken);
        await _engine.Containers.RemoveAsync(id, AnonymousVolumes.Remove, cancellationToken);
    }

    // Test copies that were made on the page are copies with the same label.
    private async Task<IReadOnlyList<ContainerSummary>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await _engine.Containers.ListAsync(cancellationToken)).Where(one => one.Labels.GetValueOrDefault(Label) == _id)];
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<EngineName>> VolumesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await _engine.Volumes.ListAsync(cancellationToken);
            return [.. all.Select(volume => volume.Name).Where(name => name.ToString().StartsWith(Prefix, StringComparison.Ordinal))];
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            return [];
        }
    }

    private static async Task TryAsync(string what, List<string> left, Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (EngineNotFoundException)
        {
            // It was never made, or is gone already.
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            left.Add(what);
        }
    }
}
