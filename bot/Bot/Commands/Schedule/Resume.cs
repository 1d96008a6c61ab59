using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Resume
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule resume",
        Summary = "Let a paused schedule run again from now on",
        Role = Role.Admin,
        Inputs = [ScheduleInputs.Name],
        Result = "{schedule:{...}}",
        Examples = ["snapshotbot schedule resume nightly"],
        Read = values => new Request(values.Get(ScheduleInputs.Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var schedule = await ScheduleInputs.RequireAsync(request.Name, context, cancellationToken);
        var changes = await context.Service.GetAsync<ScheduleChanges>(cancellationToken);
        return new Answer(await changes.ResumeAsync(schedule.Id, cancellationToken));
    }

    private sealed record Request(string Name);
}
