using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Engine;

namespace SnapshotBot.Bot.Demo;

/// <summary>The throw-away game server: an image, a volume and a container of its own making, and their removal.</summary>
internal sealed class DemoGame : IDisposable
{
    private const string Label = "snapshotbot.demo";

    // Removing must go on after Ctrl-C, but not for ever.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExecTime = TimeSpan.FromSeconds(60);

    private readonly IDockerEngine _engine;
    private readonly string _id;
    private ContainerId? _container;

    private DemoGame(IDockerEngine engine, EngineInfo info, string id)
    {
        _engine = engine;
        Info = info;
        _id = id;
    }

    public EngineInfo Info { get; }

    public string Endpoint => _engine.Endpoint;

    public string ContainerName => "snapshotbot-demo-" + _id;

    private EngineName Volume => VolumeOf(_id);

    private string Image => ImageOf(_id);

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
            root, ImageTag.Parse(Image), ["ENV PATH=/bin", "WORKDIR /game", $"CMD [\"/bin/sh\", \"{DemoScripts.Server}\"]"], cancellationToken);
        var blueprint = new ContainerBlueprint
        {
            Image = Image,
            Mounts = [BlueprintMount.Volume(Volume, "/data")],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = _id },
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
    public Task<IReadOnlyList<string>> RemoveAsync() => RemoveAsync(_id);

    /// <summary>Removes what a demo left that was killed: one whose folder is still there and held by nobody.</summary>
    public async Task RemoveLeftoversAsync()
    {
        foreach (var left in DemoFolder.Abandoned())
        {
            using (left)
            {
                if ((await RemoveAsync(left.Id)).Count == 0)
                {
                    left.Remove();
                }
            }
        }
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(string id)
    {
        using var deadline = new CancellationTokenSource(CleanUpTime);
        var left = new List<string>();
        foreach (var container in await ContainersAsync(id, deadline.Token))
        {
            await TryAsync($"container {container.Name}", left, () => RemoveAsync(container.Id, deadline.Token));
        }

        var (volume, image) = (VolumeOf(id), ImageOf(id));
        await TryAsync($"volume {volume}", left, () => _engine.Volumes.RemoveAsync(volume, deadline.Token));
        await TryAsync($"image {image}", left, () => _engine.Images.UntagAsync(ImageTag.Parse(image), deadline.Token));
        return left;
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

    public void Dispose() => _engine.Dispose();

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

    private static EngineName VolumeOf(string id) => EngineName.Parse($"snapshotbot-demo-{id}-world");

    private static string ImageOf(string id) => "snapshotbot-demo:" + id;

    private async Task<IReadOnlyList<ContainerSummary>> ContainersAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await _engine.Containers.ListAsync(cancellationToken)).Where(one => one.Labels.GetValueOrDefault(Label) == id)];
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            return [];
        }
    }
}
