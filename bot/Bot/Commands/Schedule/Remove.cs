using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class Remove
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "schedule remove",
        Summary = "Remove a schedule; its snapshots and its history stay",
        Role = Role.Admin,
        Confirm = Confirm.Always,
        Inputs = [ScheduleInputs.Name],
        Result = "{removed:{id,name}}",
        Examples = ["snapshotbot schedule remove nightly --yes"],
        Read = values => new Request(values.Get(ScheduleInputs.Name)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var schedule = await ScheduleInputs.RequireAsync(request.Name, context, cancellationToken);
        var changes = await context.Service.GetAsync<ScheduleChanges>(cancellationToken);
        return new Answer(await changes.RemoveAsync(schedule.Id, cancellationToken));
    }

    private sealed record Request(string Name);
}
