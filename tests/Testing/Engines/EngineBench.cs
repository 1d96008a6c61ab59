using System.Security.Cryptography;
using System.Text;
using SnapshotBot.Engine;

namespace SnapshotBot.Testing.Engines;

/// <summary>One test's things on an engine: names nobody else has, and everything gone at the end.</summary>
public sealed class EngineBench : IAsyncDisposable
{
    private static readonly TimeSpan CleanUpDeadline = TimeSpan.FromSeconds(60);

    private readonly string _prefix = "t" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private EngineBench(TestEngine test, DockerEngine engine, ImageId image) => (Test, Engine, Image) = (test, engine, image);

    public TestEngine Test { get; }

    public DockerEngine Engine { get; }

    /// <summary>The image of <see cref="TestImage"/>.</summary>
    public ImageId Image { get; }

    public static Task<EngineBench> OpenAsync(string name, CancellationToken cancellationToken) => OpenAsync(TestEngine.Require(name), cancellationToken);

    public static async Task<EngineBench> OpenAsync(TestEngine test, CancellationToken cancellationToken)
    {
        var engine = await test.ConnectAsync(cancellationToken);
        try
        {
            return new EngineBench(test, engine, await TestImage.ImportAsync(engine, cancellationToken));
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>A name for a container, volume or network of this test; what has it is removed at the end.</summary>
    public EngineName Name(string suffix) => EngineName.Parse($"{_prefix}-{suffix}");

    /// <summary>A blueprint whose container sleeps and obeys a stop at once.</summary>
    public static ContainerBlueprint Sleeper { get; } = new()
    {
        Image = TestImage.Tag.ToString(),
        Command = ["/bin/sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"],
    };

    /// <summary>A container that nobody made, as an engine would describe it.</summary>
    public static ContainerDetails Describe(ContainerBlueprint blueprint)
    {
        var json = Encoding.UTF8.GetString(blueprint.ToDefinition().Json.Span);
        return ContainerDefinition.Parse(Encoding.UTF8.GetBytes($"{{\"Id\":\"{new string('0', 64)}\",{json[1..]}")).ToDetails();
    }

    public async Task<ContainerId> StartAsync(ContainerBlueprint blueprint, string suffix, CancellationToken cancellationToken)
    {
        var id = await Engine.Containers.CreateAsync(blueprint.ToDefinition(), Name(suffix), cancellationToken);
        await Engine.Containers.StartAsync(id, cancellationToken);
        return id;
    }

    /// <summary>Runs a shell line inside; fails when it fails.</summary>
    public async Task<string> ShellAsync(ContainerId id, string line, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = ["/bin/sh", "-c", line], Deadline = TimeSpan.FromSeconds(30) };
        return await Engine.Containers.ExecAsync(id, request, cancellationToken) is ExecResult.Finished { ExitCode: 0 } done
            ? done.Output
            : throw new InvalidOperationException($"'{line}' failed in the container.");
    }

    public async ValueTask DisposeAsync()
    {
        using var limited = new CancellationTokenSource(CleanUpDeadline);
        using (Engine)
        {
            await RemoveAllAsync(limited.Token);
        }
    }

    private async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var container in (await Engine.Containers.ListAsync(cancellationToken)).Where(container => IsOurs(container.Name)))
            {
                await RemoveAsync(container, cancellationToken);
            }

            foreach (var volume in (await Engine.Volumes.ListAsync(cancellationToken)).Where(volume => IsOurs(volume.Name.Value)))
            {
                await Engine.Volumes.RemoveAsync(volume.Name, cancellationToken);
            }

            foreach (var network in (await Engine.Networks.ListAsync(cancellationToken)).Where(network => IsOurs(network.Name)))
            {
                await Engine.Networks.RemoveAsync(network.Id, cancellationToken);
            }
        }
        catch (EngineUnavailableException)
        {
            // An engine that a test killed and could not start again: the test says so, and its folder is removed with all that is in it.
        }
    }

    private bool IsOurs(string name) => name.StartsWith(_prefix, StringComparison.Ordinal);

    private async Task RemoveAsync(ContainerSummary container, CancellationToken cancellationToken)
    {
        try
        {
            if (container.Status == ContainerStatus.Paused)
            {
                await Engine.Containers.UnpauseAsync(container.Id, cancellationToken);
            }

            await Engine.Containers.StopAsync(container.Id, TimeSpan.Zero, cancellationToken);
            await Engine.Containers.RemoveAsync(container.Id, AnonymousVolumes.Remove, cancellationToken);
        }
        catch (EngineNotFoundException)
        {
            // It removed itself.
        }
        catch (EngineConflictException)
        {
            // It is removing itself: the wait ends, one way or the other, when it is gone.
            await WaitGoneAsync(container.Id, cancellationToken);
        }
    }

    private async Task WaitGoneAsync(ContainerId id, CancellationToken cancellationToken)
    {
        while ((await Engine.Containers.ListAsync(cancellationToken)).Any(container => container.Id == id))
        {
            await Task.Yield();
        }
    }
}
