using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <summary>The engine's events, of which only ends of containers are asked for.</summary>
internal static class ContainerEvents
{
    private const string Filters = """{"type":["container"],"event":["die","oom"]}""";

    /// <summary>An end this soon after the kernel was out of memory in the container is of that.</summary>
    private static readonly TimeSpan OfOne = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<ContainerEnd> WatchEndsAsync(
        EngineChannel channel, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var subject = new CallSubject("tell of its containers", EngineNoun.Container, string.Empty);
        var from = (since - DateTimeOffset.UnixEpoch).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
        await using var stream = await channel.OpenAsync($"/events?since={from}&filters={Uri.EscapeDataString(Filters)}", subject, cancellationToken);
        using var lines = new StreamReader(stream, Encoding.UTF8);
        var outOfMemory = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (await channel.RunAsync(subject, Timeout.InfiniteTimeSpan, token => lines.ReadLineAsync(token).AsTask(), cancellationToken) is { } line)
        {
            var (id, action, at, exitCode) = Answer.Read(Encoding.UTF8.GetBytes(line), subject, root => (
                root.At("Actor").Text("ID"),
                root.Text("Action"),
                DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(root.Number("timeNano") / 1000),
                root.At("Actor").At("Attributes").Text("exitCode")));
            if (action == "oom")
                outOfMemory[id] = at;
            else if (int.TryParse(exitCode, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
                yield return new ContainerEnd(ContainerId.Parse(id), at, code, outOfMemory.Remove(id, out var ran) && at - ran < OfOne);
        }
    }
}
