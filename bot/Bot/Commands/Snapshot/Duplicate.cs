using System.Globalization;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Duplicate
{
    private static readonly Input<string> NewName = Input.Word("NEWNAME", "the new server's name; its containers, volumes and networks begin with it");

    private static readonly Input<IReadOnlyList<PortPublication>> Publish = new(
        "--publish", InputShape.Values, "a port of the host for a port of the game; other published ports get free ones", given => [.. given.Select(ParsePort)])
    {
        ValueName = "HOST:CONTAINER[/udp]",
    };

    private static readonly Input<bool> KeepSecrets = Input.Flag("--keep-secrets", "leave passwords and tokens as they are; they are blanked otherwise");
    private static readonly Input<TimeSpan?> For = Input.Parsed<TimeSpan?>(
        "--for", "TIME", "stop it after this time (48h; none: never), and remove it a day later unless it is kept", text => text == "none" ? null : Input.ParseSpan("--for", text),
        TimeSpan.FromHours(48));

    private static readonly Input<bool> Start = Input.Flag("--start", "start it when it is made");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot duplicate",
        Summary = "Make a second server from a snapshot, beside the first",
        Role = Role.Admin,
        Inputs = [SnapshotInputs.Snapshot, NewName, Publish, KeepSecrets, For, Start],
        Result = "{server:{...},ports:[{host,container,protocol}],blanked,leftOut,endsAt,notUp}",
        Examples =
        [
            "snapshotbot snapshot duplicate modpack/before-update modpack-test --start --for 48h",
            "snapshotbot snapshot duplicate modpack/before-update modpack-test --publish 25570:25565",
        ],
        Read = values => new Request(
            values.Get(SnapshotInputs.Snapshot), values.Get(NewName), values.Get(Publish), values.Get(KeepSecrets), values.Get(For), values.Get(Start)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<DuplicateOutcome>(new DuplicateSnapshot
        {
            Snapshot = (await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken)).Id,
            NewServer = ServerId.New(),
            Name = request.NewName,
            Ports = request.Publish,
            Secrets = request.KeepSecrets ? SecretHandling.Keep : SecretHandling.Blank,
            For = request.For,
            Start = request.Start ? DuplicateStart.StartNow : DuplicateStart.LeaveStopped,
        });

    private static PortPublication ParsePort(string text)
    {
        var protocol = text.EndsWith("/udp", StringComparison.Ordinal) ? "udp" : "tcp";
        var numbers = text.Split('/')[0].Split(':');
        var isPlain = text.IndexOf('/', StringComparison.Ordinal) < 0 || text.EndsWith("/udp", StringComparison.Ordinal) || text.EndsWith("/tcp", StringComparison.Ordinal);
        return isPlain && numbers.Length == 2 && TryPort(numbers[0], out var host) && TryPort(numbers[1], out var container)
            ? new PortPublication(host, container, protocol)
            : throw new BadInputException("--publish", text, "two ports such as 25570:25565 or 34198:34197/udp");
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;

    private sealed record Request(
        string Snapshot, string NewName, IReadOnlyList<PortPublication> Publish, bool KeepSecrets, TimeSpan? For, bool Start);
}
