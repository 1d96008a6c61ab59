using System.Globalization;
using SnapshotBot.Bot.Presentation.Pictures;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class History
{
    private const int Usual = 20;
    private const int Most = 1000;

    private static readonly Input<int?> Limit = Input.Number("--limit", "at most N (20; up to 1,000)");

    private static readonly Input<string?> Picture = Input.Value("--picture", "FILE", "also draw the last month into this PNG");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule history",
        Summary = "Show how a schedule's runs ended, newest first",
        Role = Role.Admin,
        Inputs = [ScheduleInputs.Name, Limit, Picture],
        Result = "{picture,runs:[{slot,dueAt,startedAt,endedAt,outcome,reason,message,note,snapshot,count,operation}]}, outcome = ran, skipped, failed, missed, waiting or running",
        Examples = ["snapshotbot schedule history nightly --limit 50", "snapshotbot schedule history nightly --picture nightly.png"],
        Read = values => new Request(values.Get(ScheduleInputs.Name), ReadLimit(values.Get(Limit)), values.Get(Picture)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var schedule = await ScheduleInputs.RequireAsync(request.Name, context, cancellationToken);
        var runs = await context.Service.GetAsync<ScheduleRuns>(cancellationToken);
        var all = runs.Of(schedule.Id, Most);
        if (request.Picture is { } file)
        {
            PictureFile.Write(file, SchedulePicture.Draw(schedule, all, context.Time.GetUtcNow(), context.Time.LocalTimeZone));
        }

        return new Answer(new ScheduleHistory(schedule, [.. all.Take(request.Limit)], request.Picture) { Drawn = all });
    }

    private static int ReadLimit(int? limit) => limit switch
    {
        null => Usual,
        >= 1 and <= Most => limit.Value,
        _ => throw new BadInputException("--limit", limit.Value.ToString(CultureInfo.InvariantCulture), "a number from 1 to 1,000"),
    };

    private sealed record Request(string Name, int Limit, string? Picture);
}
