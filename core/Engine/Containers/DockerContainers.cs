using System.Formats.Tar;
using Docker.DotNet.Models;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal sealed class DockerContainers(EngineChannel channel, INetworks networks) : IContainers
{
    /// <summary>What the engine needs beyond the grace: killing, unmounting, answering.</summary>
    private static readonly TimeSpan StopReserve = TimeSpan.FromSeconds(60);

    private readonly ContainerExec _exec = new(channel);

    private Docker.DotNet.IContainerOperations Client => channel.Client.Containers;

    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var subject = new CallSubject("list its containers", EngineNoun.Container, string.Empty);
        var json = await channel.GetAsync("/containers/json?all=1", subject, cancellationToken);
        return Answer.Read(json, subject, root => root.EnumerateArray()
            .Select(ContainerReader.ReadSummary)
            .OrderBy(container => container.CreatedAt)
            .ThenBy(container => container.Name, StringComparer.Ordinal)
            .ToList());
    }

    public async Task<ContainerLookup> FindAsync(string nameOrId, CancellationToken cancellationToken) =>
        ContainerFinder.Find(await ListAsync(cancellationToken), nameOrId);

    public async Task<ContainerDetails> InspectAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var subject = Subject("describe container", id);
        var json = await channel.GetAsync($"/containers/{id.Value}/json", subject, cancellationToken);
        return Answer.Read(json, subject, root => ContainerReader.Read(root, json));
    }

    public async Task<long?> ReadMemoryUsedAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var subject = Subject("ask for the memory of container", id);

        // One shot: without it the engine watches for a second first, to tell the processor's load too.
        var json = await channel.GetAsync($"/containers/{id.Value}/stats?stream=false&one-shot=true", subject, cancellationToken);
        return Answer.Read(json, subject, ContainerReader.ReadMemoryUsed);
    }

    public async Task<ContainerId> CreateAsync(ContainerDefinition definition, EngineName name, CancellationToken cancellationToken)
    {
        var subject = new CallSubject($"make container {name}", EngineNoun.Container, name.Value);
        var (body, further) = definition.ToCreateBody();
        var json = await channel.PostAsync($"/containers/create?name={Uri.EscapeDataString(name.Value)}", body, subject, cancellationToken);
        var id = Answer.Read(json, subject, root => ContainerId.Parse(root.Text("Id")));
        try
        {
            foreach (var (network, endpoint) in further)
            {
                await ConnectAsync(id, name, network, endpoint, cancellationToken);
            }

            return id;
        }
        catch
        {
            // Half a container would take the name at the next try. Its volumes stay: they may be the old container's.
            await RemoveQuietlyAsync(id);
            throw;
        }
    }

    public Task<bool> StartAsync(ContainerId id, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("start container", id),
        channel.LongAnswerTimeout,
        token => Client.StartContainerAsync(id.Value, new ContainerStartParameters(), token),
        cancellationToken);

    public async Task<StopResult> StopAsync(ContainerId id, TimeSpan grace, CancellationToken cancellationToken)
    {
        var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = Seconds(grace) };
        var wasRunning = await channel.RunAsync(
            Subject("stop container", id),
            grace + StopReserve,
            token => Client.StopContainerAsync(id.Value, parameters, token),
            cancellationToken);
        try
        {
            var after = await InspectAsync(id, cancellationToken);
            return new StopResult(wasRunning, after.State.ExitCode);
        }
        catch (EngineNotFoundException)
        {
            return new StopResult(wasRunning, null);
        }
    }

    public Task KillAsync(ContainerId id, string signal, CancellationToken cancellationToken)
    {
        if (signal.Length is 0 or > 16 || !signal.All(char.IsAsciiLetterOrDigit))
        {
            throw new FormatException($"'{PrintableText.Of(signal)}' is no signal: use a name such as SIGTERM.");
        }

        return channel.RunAsync(
            Subject("send a signal to container", id),
            token => Client.KillContainerAsync(id.Value, new ContainerKillParameters { Signal = signal }, token),
            cancellationToken);
    }

    public Task RestartAsync(ContainerId id, TimeSpan grace, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("restart container", id),
        grace + StopReserve,
        token => Client.RestartContainerAsync(id.Value, new ContainerRestartParameters { WaitBeforeKillSeconds = Seconds(grace) }, token),
        cancellationToken);

    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("pause container", id), token => Client.PauseContainerAsync(id.Value, token), cancellationToken);

    public async Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var subject = Subject("unpause container", id);
        try
        {
            await channel.RunAsync(subject, token => Client.UnpauseContainerAsync(id.Value, token), cancellationToken);
        }
        catch (EngineRefusedException refused)
        {
            // Engines answer "not paused" as an inner failure; its state tells that from a thaw that failed.
            var state = (await InspectAsync(id, cancellationToken)).State;
            if (!state.IsPaused)
            {
                throw channel.Errors.FromAnswer(409, refused.EngineMessage, subject, refused);
            }

            throw;
        }
    }

    public Task RenameAsync(ContainerId id, EngineName name, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("rename container", id),
        token => Client.RenameContainerAsync(id.Value, new ContainerRenameParameters { NewName = name.Value }, token),
        cancellationToken);

    public Task SetRestartPolicyAsync(ContainerId id, RestartPolicy policy, CancellationToken cancellationToken) => channel.PostAsync(
        $"/containers/{id.Value}/update",
        new System.Text.Json.Nodes.JsonObject { ["RestartPolicy"] = RestartPolicyText.ToJson(policy) },
        Subject("set the restart policy of container", id),
        cancellationToken);

    public async Task PlaceFileAsync(ContainerId id, string name, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name), cancellationToken);
        archive.Position = 0;
        await channel.RunAsync(
            Subject("put a file into container", id),
            channel.LongAnswerTimeout,
            token => Client.ExtractArchiveToContainerAsync(id.Value, new CopyToContainerParameters { Path = "/" }, archive, token),
            cancellationToken);
    }

    public Task RemoveAsync(ContainerId id, AnonymousVolumes volumes, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("remove container", id),
        channel.LongAnswerTimeout,
        token => Client.RemoveContainerAsync(
            id.Value, new ContainerRemoveParameters { RemoveVolumes = volumes == AnonymousVolumes.Remove }, token),
        cancellationToken);

    public Task<int> WaitAsync(ContainerId id, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("wait for container", id),
        Timeout.InfiniteTimeSpan,
        async token => (int)(await Client.WaitContainerAsync(id.Value, token)).StatusCode,
        cancellationToken);

    public IAsyncEnumerable<ContainerEnd> WatchEndsAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        ContainerEvents.WatchEndsAsync(channel, since, cancellationToken);

    public async Task<IContainerConsole> OpenConsoleAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var takesInput = (await InspectAsync(id, cancellationToken)).TakesInput;
        return await ContainerConsole.OpenAsync(channel, id, takesInput ? ConsoleInput.Open : ConsoleInput.Closed, cancellationToken);
    }

    public Task<ExecResult> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken) =>
        _exec.RunAsync(id, request, cancellationToken);

    public async Task<string> ReadLogTailAsync(ContainerId id, int lines, CancellationToken cancellationToken)
    {
        const int longestTail = 4 * 1024 * 1024;
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Tail = Math.Max(0, lines).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return await channel.RunAsync(
            Subject("show the log of container", id),
            async token =>
            {
                using var stream = await Client.GetContainerLogsAsync(id.Value, parameters, token);
                var output = new OutputBuffer(longestTail);
                var buffer = new byte[16 * 1024];
                while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, token) is { EOF: false } read)
                {
                    output.Append(buffer.AsSpan(0, read.Count));
                }

                return output.ToString();
            },
            cancellationToken);
    }

    internal static CallSubject Subject(string doing, ContainerId id) =>
        new($"{doing} {id.ToShortString()}", EngineNoun.Container, id.ToShortString());

    /// <summary>At least one: the client leaves a zero out of its request, and the engine then waits its ten.</summary>
    private static uint Seconds(TimeSpan grace) => (uint)Math.Ceiling(Math.Clamp(grace.TotalSeconds, 1, int.MaxValue));

    private async Task ConnectAsync(
        ContainerId id, EngineName name, string network, System.Text.Json.Nodes.JsonObject endpoint, CancellationToken cancellationToken)
    {
        var subject = new CallSubject($"join container {name} to network {PrintableText.Of(network)}", EngineNoun.Network, network);
        var found = await networks.FindAsync(network, cancellationToken)
            ?? throw channel.Errors.FromAnswer(404, $"network {network} not found", subject, null);
        var body = new System.Text.Json.Nodes.JsonObject { ["Container"] = id.Value, ["EndpointConfig"] = endpoint };
        await channel.PostAsync($"/networks/{found.Id.Value}/connect", body, subject, cancellationToken);
    }

    private async Task RemoveQuietlyAsync(ContainerId id)
    {
        using var limited = new CancellationTokenSource(channel.AnswerTimeout);
        try
        {
            await RemoveAsync(id, AnonymousVolumes.Keep, limited.Token);
        }
        catch (EngineException)
        {
            // The first error is the one to tell; an empty container left over says so by its name.
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }
}
