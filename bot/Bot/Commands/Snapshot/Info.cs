using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Info
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot info",
        Summary = "Show a snapshot with its containers and mounts, secrets masked",
        Role = Role.Viewer,
        Inputs = [SnapshotInputs.Snapshot],
        Result = "{snapshot:{...},containers:[{...}],mounts:[{...}],gameVersion}",
        Examples = ["snapshotbot snapshot info modpack/before-update"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        return new Answer(await (await context.Service.GetAsync<SnapshotReads>(cancellationToken)).InfoAsync(snapshot, cancellationToken));
    }

    private sealed record Request(string Snapshot);
}
