using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Run
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule run",
        Summary = "Take a schedule's snapshot now, whatever its mode says",
        Role = Role.Admin,
        Inputs = [ScheduleInputs.Name],
        Result = "{run:{slot,dueAt,startedAt,endedAt,outcome,reason,message,note,snapshot,count,operation}}",
        Examples = ["snapshotbot schedule run nightly"],
        Read = values => new Request(values.Get(ScheduleInputs.Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var schedule = await ScheduleInputs.RequireAsync(request.Name, context, cancellationToken);
        return new Change<RunScheduleOutcome>(new RunSchedule { Schedule = schedule.Id, Server = schedule.ServerId, Cause = RunCause.Asked });
    }

    private sealed record Request(string Name);
}
