using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <summary>Whether a container's standard input is joined.</summary>
internal enum ConsoleInput
{
    Closed,
    Open,
}

/// <summary>One container's attached streams.</summary>
internal sealed class ContainerConsole(EngineChannel channel, MultiplexedStream stream, CallSubject subject, ConsoleInput input) : IContainerConsole
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly Decoder _text = Encoding.UTF8.GetDecoder();
    private Task<MultiplexedStream.ReadResult>? _reading;

    public static async Task<IContainerConsole> OpenAsync(EngineChannel channel, ContainerId id, ConsoleInput input, CancellationToken cancellationToken)
    {
        var subject = DockerContainers.Subject("listen to container", id);
        var parameters = new ContainerAttachParameters { Stream = true, Stdin = input == ConsoleInput.Open, Stdout = true, Stderr = true };
        var stream = await channel.RunAsync(
            subject, token => channel.Client.Containers.AttachContainerAsync(id.Value, parameters, token), cancellationToken);
        return new ContainerConsole(channel, stream, subject, input);
    }

    public Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        if (input == ConsoleInput.Closed)
        {
            throw channel.Errors.FromAnswer(400, "Its standard input is not open.", subject, null);
        }

        if (line.Any(char.IsControl))
        {
            throw new FormatException("A line of a console holds no control characters.");
        }

        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        return channel.RunAsync(subject, token => stream.WriteAsync(bytes, 0, bytes.Length, token), cancellationToken);
    }

    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        // The package's stream does not hear the token while it waits: a read given up goes on, and the next call takes it over.
        _reading ??= stream.ReadOutputAsync(_buffer, 0, _buffer.Length, CancellationToken.None);
        var read = await channel.RunAsync(subject, Timeout.InfiniteTimeSpan, token => _reading.WaitAsync(token), cancellationToken);
        _reading = null;
        if (read.EOF)
        {
            return null;
        }

        var text = new char[Encoding.UTF8.GetMaxCharCount(read.Count)];
        return new string(text, 0, _text.GetChars(_buffer.AsSpan(0, read.Count), text, flush: false));
    }

    public ValueTask DisposeAsync()
    {
        stream.Dispose();

        // The read left behind ends with the stream; its end is of no interest.
        _ = _reading?.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return ValueTask.CompletedTask;
    }
}
