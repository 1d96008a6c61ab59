using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Incident;

internal static class List
{
    private const int Limit = 200;

    private static readonly Input<bool> All = Input.Flag("--all", "those that are over, too");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "incident list",
        Summary = "Show what is not as it should be: broken worlds, missed runs, full disks",
        Role = Role.Viewer,
        Inputs = [All],
        Result = "{incidents:[{id,server,serverId,cause,subject,openedAt,seenAt,times,resolvedAt,lastGood,detail}]}",
        Examples = ["snapshotbot incident list"],
        Read = values => new Request(values.Get(All) ? IncidentFilter.All : IncidentFilter.Open),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(new IncidentsListed((await context.Service.GetAsync<Incidents>(cancellationToken)).List(request.Which, Limit)));

    private sealed record Request(IncidentFilter Which);
}

internal sealed record IncidentsListed(IReadOnlyList<IncidentInfo> Incidents);
