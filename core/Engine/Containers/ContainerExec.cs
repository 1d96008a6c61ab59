using Docker.DotNet;
using Docker.DotNet.Models;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <summary>Runs commands inside containers.</summary>
internal sealed class ContainerExec(EngineChannel channel)
{
    public async Task<ExecResult> RunAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken)
    {
        var subject = DockerContainers.Subject("run a command in container", id);
        var output = new OutputBuffer(request.OutputLimit);
        var errors = new OutputBuffer(request.OutputLimit);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(request.Deadline);
        try
        {
            return await channel.RunAsync(
                subject,
                Timeout.InfiniteTimeSpan,
                token => RunToEndAsync(id, request, output, errors, token),
                limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ExecResult.TimedOut(output.ToString(), errors.ToString());
        }
    }

    private async Task<ExecResult> RunToEndAsync(
        ContainerId id, ExecRequest request, OutputBuffer output, OutputBuffer errors, CancellationToken cancellationToken)
    {
        var created = await channel.Client.Exec.CreateContainerExecAsync(
            id.Value,
            new ContainerExecCreateParameters
            {
                Cmd = [.. request.Command],
                User = request.User ?? string.Empty,
                WorkingDir = request.WorkingDirectory ?? string.Empty,
                Env = [.. request.Environment],
                AttachStdout = true,
                AttachStderr = true,
            },
            cancellationToken);
        if (!HexId.IsValid(created.ID))
        {
            throw new FormatException("The engine's answer names no command.");
        }

        using (var stream = await channel.Client.Exec.StartContainerExecAsync(created.ID, new ContainerExecStartParameters(), cancellationToken))
        {
            await CopyAsync(stream, output, errors, cancellationToken);
        }

        var ended = await channel.Client.Exec.InspectContainerExecAsync(created.ID, cancellationToken);
        return new ExecResult.Finished((int)(ended.ExitCode ?? -1), output.ToString(), errors.ToString());
    }

    private static async Task CopyAsync(MultiplexedStream stream, OutputBuffer output, OutputBuffer errors, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            // The package's stream does not hear the token while it waits; closing it, in the caller, ends the read that is left behind.
            var reading = stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
            var read = await reading.WaitAsync(cancellationToken);
            if (read.EOF)
            {
                return;
            }

            var target = read.Target == MultiplexedStream.TargetStream.StandardError ? errors : output;
            target.Append(buffer.AsSpan(0, read.Count));
        }
    }
}
