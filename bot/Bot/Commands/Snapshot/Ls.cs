using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Ls
{
    private static readonly Input<string?> Place = Input.OptionalWord(
        "PATH", "a folder or file as the game sees it, such as /data (CONTAINER:/data when the server has several containers)");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot ls",
        Summary = "List a folder inside a snapshot",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Place],
        Result = "{path,entries:[{name,path,type,size,mode,uid,gid,modifiedAt,target}]}",
        Examples = ["snapshotbot snapshot ls modpack/before-update /data"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Place)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        var browser = await context.Service.GetAsync<SnapshotBrowser>(cancellationToken);
        return new Answer(await browser.ListAsync(snapshot.Id, request.Path, cancellationToken));
    }

    private sealed record Request(string Snapshot, string? Path);
}
