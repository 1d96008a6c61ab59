using System.Globalization;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Set
{
    private static readonly Input<string> Name = Input.Word("NAME", "the schedule's name; one the server has already is changed");
    private static readonly Input<string?> Server = Input.Value("--server", "S", "the server's name or id") with { Required = true };
    private static readonly Input<ulong?> Channel = Input.Parsed("--channel", "ID", "the chat's channel that is told of its runs", ReadChannel, (ulong?)null);

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule set",
        Summary = "Take snapshots of a server by itself; changes the schedule of this name",
        Role = Role.Admin,
        Inputs = [Name, Server, ScheduleInputs.Every, ScheduleInputs.When, ScheduleInputs.Keep, Channel, ScheduleInputs.Zone],
        Result = "{schedule:{id,name,server,serverId,every,words,zone,when,keep,channel,channelGone,state,pausedBy,createdBy,createdAt,next,kept:{snapshots,"
            + "bytesAdded},last:[{...}]},next:[times],keeps:[{bucket,count,covers}],notes:[codes]}",
        Examples =
        [
            "snapshotbot schedule set nightly --server modpack --every 'daily at 04:00' --keep daily=14,weekly=8 --zone Europe/Berlin",
            "snapshotbot schedule set play --server modpack --every 'every 2 hours of play' --keep last=10",
        ],
        Read = values => new Request(
            values.Get(Name), values.Get(Server)!, values.Get(ScheduleInputs.Every)!, values.Get(ScheduleInputs.When), values.Get(ScheduleInputs.Keep),
            values.Get(Channel), values.Get(ScheduleInputs.Zone)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        var draft = new ScheduleDraft
        {
            Name = request.Name,
            Server = server.Id,
            Every = request.Every,
            When = request.When,
            Keep = request.Keep,
            Channel = request.Channel,
            Zone = request.Zone,
        };
        var changes = await context.Service.GetAsync<ScheduleChanges>(cancellationToken);
        return new Answer(await changes.SetAsync(draft, context.By, cancellationToken));
    }

    private static ulong? ReadChannel(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw new BadInputException("--channel", text, "a channel's id, such as 123456789012345678");

    private sealed record Request(string Name, string Server, string Every, ScheduleWhen? When, string? Keep, ulong? Channel, string? Zone);
}
