using System.Globalization;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Preview
{
    private const int Usual = 5;
    private const int Most = 1000;

    private static readonly Input<DateTimeOffset?> From = Input.Time("--from", "from when on (now)");
    private static readonly Input<int?> Count = Input.Number("--count", "how many times (5; up to 1,000)");
    private static readonly Input<string?> Server = Input.Value("--server", "S", "whose snapshots the estimate is made of");
    private static readonly Input<string?> Name = Input.Value("--name", "N", "the server's schedule that would be changed (a new one)");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule preview",
        Summary = "Show when a schedule would run and what it would keep; saves nothing",
        Role = Role.Viewer,
        Inputs = [ScheduleInputs.Every, ScheduleInputs.When, ScheduleInputs.Keep, ScheduleInputs.Zone, From, Count, Server, Name],
        Result = "{next:[{at,local,words}],words,zone,when,keeps:[{bucket,count,covers}],estimatedBytes}",
        Examples = ["snapshotbot schedule preview --every 'mondays and fridays at 6pm' --zone Europe/Berlin --count 10"],
        Read = values => new Request(
            values.Get(ScheduleInputs.Every)!, values.Get(ScheduleInputs.When), values.Get(ScheduleInputs.Keep),
            values.Get(ScheduleInputs.Zone), values.Get(From), ReadCount(values.Get(Count)), values.Get(Server), values.Get(Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        ServerId? server = request.Server is { } name ? (await ServerInputs.RequireAsync(name, context, cancellationToken)).Id : null;
        var reads = await context.Service.GetAsync<ScheduleReads>(cancellationToken);
        return new Answer(await reads.PreviewAsync(
            new SchedulePreviewDraft(request.Every, request.When, request.Keep, request.Zone, server, request.Name), request.From, request.Count, cancellationToken));
    }

    private static int ReadCount(int? count) => count switch
    {
        null => Usual,
        >= 1 and <= Most => count.Value,
        _ => throw new BadInputException("--count", count.Value.ToString(CultureInfo.InvariantCulture), "a number from 1 to 1,000"),
    };

    private sealed record Request(
        string Every, ScheduleWhen? When, string? Keep, string? Zone, DateTimeOffset? From, int Count, string? Server, string? Name);
}
