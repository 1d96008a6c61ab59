using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Restore
{
    private static readonly Input<IReadOnlyList<string>> Paths = Input.Values(
        "--path", "P", "only this file or folder, as the game sees it; repeat it for several");

    private static readonly Input<IReadOnlyList<string>> Parts = Input.Values(
        "--part", "PART", "only a part the game's profile knows: 'player NAME', 'area WORLD X Z [X Z]', config; repeat it for several");

    private static readonly Input<IReadOnlyList<PathMap>> Maps = new(
        "--map", InputShape.Values, "put a bind mount at another place of the host", given => [.. given.Select(ParseMap)])
    {
        ValueName = "OLD=NEW",
    };

    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what it would cost");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot restore",
        Summary = "Put a server back to a snapshot; the world of now is kept first",
        Role = Role.Admin,
        Confirm = Confirm.UnlessPlanned,
        Inputs = [SnapshotInputs.Snapshot, Paths, Parts, Maps, Plan],
        Result = "{restore:{operation,snapshot,asOf,safetySnapshot,downtimeMs,filesAdded,filesReplaced,filesRemoved,recreated,killed,silent,players,undoUntil}}; with --plan "
            + "{plan:{snapshot,timeLostMs,players,filesAdded,filesReplaced,filesRemoved,removed:[paths],bytes,space,stops,stopsAlong,downtimeMs,recreate:[...],notes:[...],undoUntil,gameVersionNow,gameVersionThen}}",
        Examples =
        [
            "snapshotbot snapshot restore modpack/before-update --plan",
            "snapshotbot snapshot restore modpack/before-update --path /data/world --yes",
            "snapshotbot snapshot restore modpack/before-update --part 'player Anna' --yes",
        ],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Paths), values.Get(Parts), values.Get(Maps), values.Get(Plan)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        var restore = new RestoreSnapshot
        {
            Snapshot = snapshot.Id,
            Server = snapshot.ServerId,
            Paths = request.Paths,
            Parts = request.Parts,
            Maps = request.Maps,
        };
        if (!request.OnlyPlan)
        {
            return new Change<RestoreOutcome>(restore);
        }

        context.Progress.Report(new StepProgress("comparing", 0, 0, ProgressUnit.None));
        return new Answer(await (await context.Service.GetAsync<RestorePreview>(cancellationToken)).CostAsync(restore, cancellationToken));
    }

    private static PathMap ParseMap(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? new PathMap(text[..at], text[(at + 1)..])
        : throw new BadInputException("--map", text, "two absolute paths such as /srv/old=/srv/new");

    private sealed record Request(string Snapshot, IReadOnlyList<string> Paths, IReadOnlyList<string> Parts, IReadOnlyList<PathMap> Maps, bool OnlyPlan);
}
