using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Commands.Schedule;

internal static class ScheduleInputs
{
    public static readonly Input<string> Name = Input.Word("NAME", "the schedule's name, server/name where several servers have one so called, or its id");

    public static readonly Input<string?> Every = Input.Value("--every", "TEXT", "how often: every 6 hours, daily at 04:00, weekdays at 18:30, every 2 hours of play, after the last player leaves, or cron") with { Required = true };

    public static readonly Input<ScheduleWhen?> When = Input.Parsed("--when", "MODE", "any, online (only while the server is online) or played (only if somebody played since the last snapshot)", ReadWhen, null);

    public static readonly Input<string?> Keep = Input.Value("--keep", "RULES", "what to keep of its snapshots, as last=7,daily=14,weekly=8,within=2d, or all (empty: by the server's policy)");

    public static readonly Input<string?> Zone = Input.Value("--zone", "Z", "the time zone its times are meant in, such as Europe/Berlin");

    /// <summary>The schedule people mean; ends the command when there is none.</summary>
    public static async Task<ScheduleInfo> RequireAsync(string text, CommandContext context, CancellationToken cancellationToken) =>
        (await context.Service.GetAsync<ScheduleReads>(cancellationToken)).Find(text) switch
        {
            ScheduleFound.One one => one.Schedule,
            ScheduleFound.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
            _ => throw new InvalidOperationException("Neither found nor refused."),
        };

    private static ScheduleWhen? ReadWhen(string text) => text switch
    {
        "any" => ScheduleWhen.Any,
        "online" => ScheduleWhen.Online,
        "played" => ScheduleWhen.Played,
        _ => throw new BadInputException("--when", text, "one of any, online, played"),
    };
}
