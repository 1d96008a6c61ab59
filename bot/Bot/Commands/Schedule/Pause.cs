using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Pause
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule pause",
        Summary = "Let a schedule rest; what is due meanwhile is not missed",
        Role = Role.Admin,
        Inputs = [ScheduleInputs.Name],
        Result = "{schedule:{...}}",
        Examples = ["snapshotbot schedule pause nightly"],
        Read = values => new Request(values.Get(ScheduleInputs.Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var schedule = await ScheduleInputs.RequireAsync(request.Name, context, cancellationToken);
        var changes = await context.Service.GetAsync<ScheduleChanges>(cancellationToken);
        return new Answer(await changes.PauseAsync(schedule.Id, context.By, cancellationToken));
    }

    private sealed record Request(string Name);
}
