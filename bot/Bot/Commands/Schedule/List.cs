using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class List
{
    private static readonly Input<string?> Server = Input.OptionalWord("SERVER", "only of this server");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule list",
        Summary = "List the schedules, when they run next and how their last runs ended",
        Role = Role.Viewer,
        Inputs = [Server],
        Result = "{schedules:[{id,name,server,serverId,every,words,zone,when,keep,channel,channelGone,state,pausedBy,createdBy,createdAt,next,kept:{...},last:[{...}]}]}",
        Examples = ["snapshotbot schedule list modpack"],
        Read = values => new Request(values.Get(Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        ServerId? server = request.Server is { } name ? (await ServerInputs.RequireAsync(name, context, cancellationToken)).Id : null;
        return new Answer(new SchedulesListed((await context.Service.GetAsync<ScheduleReads>(cancellationToken)).List(server)));
    }

    private sealed record Request(string? Server);
}
