using System.Globalization;
using System.Security.Cryptography;
using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Demo;

internal static class PlaygroundCommand
{
    private const int DefaultPort = 8077;

    /// <summary>Any game, but one that is up in no time: these are shell scripts.</summary>
    private static ReadOnlySpan<byte> QuickGame => """{ "schema": 1, "name": "generic", "title": "Any game", "tried": { "image": "busybox:1.36", "version": "any" }, "bootSeconds": 5 }"""u8;

    private static readonly Input<int> Port = Input.Parsed("--port", "N", "the port on 127.0.0.1 (8077); 0 takes a free one", ParsePort, DefaultPort);
    private static readonly Input<bool> NoDemo = Input.Flag("--no-demo", "without game servers of its own: yours are there for /server add");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "playground",
        Summary = "A Discord channel in your browser with the real bot in it, and two game servers to break",
        Role = Role.Terminal,
        Telling = Telling.Story,
        Inputs = [Port, NoDemo],
        Result = "a line each: {playground:{state,url,left:[names],refused:[texts]}}, state = open or ended",
        Examples = ["snapshotbot playground", "snapshotbot playground --port 0 --no-demo"],
        Read = values => new Request(values.Get(Port), values.Get(NoDemo) ? Servers.None : Servers.Demo),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var id = RandomNumberGenerator.GetHexString(6, lowercase: true);
        using var servers = await PlayServers.ConnectAsync(context.Settings, id, cancellationToken);
        await servers.RemoveLeftoversAsync();
        using var folder = DemoFolder.Make(id);
        IReadOnlyList<string> refused;
        try
        {
            if (request.Servers == Servers.Demo)
            {
                context.Progress.Report(new StepProgress("starting two game servers", 0, 0, ProgressUnit.None));
                folder.AddProfile("generic", QuickGame);
                await servers.StartAsync(DemoImage.FindShell(context.Settings), context.Time, cancellationToken);
            }

            refused = await new PlaygroundRun(servers, context, folder.DataPath).RunAsync(request.Port, cancellationToken);
        }
        catch
        {
            if (await CleanUpAsync() is { Count: > 0 } remains)
            {
                context.Show(new PlaygroundEnded(remains, []));
            }

            throw;
        }

        return new Answer(new PlaygroundEnded(await CleanUpAsync(), refused));

        Task<IReadOnlyList<string>> CleanUpAsync()
        {
            context.Progress.Report(new StepProgress("cleaning up", 0, 0, ProgressUnit.None));
            return folder.CleanUpAsync(servers.RemoveAsync);
        }
    }

    private static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new BadInputException("--port", text, "a port from 0 to 65535");

    private enum Servers
    {
        Demo,
        None,
    }

    private sealed record Request(int Port, Servers Servers);
}

/// <summary>The page can be opened.</summary>
internal sealed record PlaygroundOpen(Uri Url);

/// <summary>The page is closed.</summary>
/// <param name="Left">What could not be removed from the engine.</param>
/// <param name="Refused">What of the bot's the real Discord would have refused, or dropped without a word.</param>
internal sealed record PlaygroundEnded(IReadOnlyList<string> Left, IReadOnlyList<string> Refused);
