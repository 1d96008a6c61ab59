using SnapshotBot.Service;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Why a schedule is not made or found, in words.</summary>
internal static class ScheduleRefusals
{
    private const string Forms =
        "Give one such as 'every 6 hours', 'hourly', 'daily at 04:00', 'weekdays at 18:30', 'mondays and fridays at 6pm', 'every 2 hours of play', "
        + "'after the last player leaves', or cron: '0 4 * * *'.";

    public static (string Code, string Message, string? Hint) Of(Refusal refusal) => refusal switch
    {
        Refusal.ScheduleUnknown it => (
            "schedule-unknown", $"There is no schedule '{Words.Safe(it.Text)}'. Nothing was changed.", "'schedule list' shows all."),
        Refusal.ScheduleAmbiguous it => (
            "schedule-ambiguous", $"'{Words.Safe(it.Text)}' could be any of: {string.Join(", ", it.Candidates.Select(Words.Safe))}. Nothing was changed.",
            "Give it as server/name."),
        Refusal.FrequencyRefused { Fault: FrequencyFault.NotUnderstood } it => (
            "frequency-refused",
            $"I don't know '{Words.Safe(it.Text)}'.{(it.Suggestion is { } meant ? $" Did you mean '{meant}'?" : "")} Nothing was saved.", Forms),
        Refusal.FrequencyRefused { Fault: FrequencyFault.TooOften } it => (
            "frequency-refused", $"'{Words.Safe(it.Text)}' would run more than once a minute. Nothing was saved.", "Give one that leaves a minute between two runs."),
        Refusal.FrequencyRefused it => (
            "frequency-refused", $"'{Words.Safe(it.Text)}' is not due once in five years. Nothing was saved.", "Look at its day and month: some months have no such day."),
        Refusal.ZoneNeeded it => (
            "zone-needed", "In which time zone are its times meant? None is set yet, and guessing would be wrong by hours. Nothing was saved.",
            $"Give it once: --zone {it.Suggestion ?? "Europe/Berlin"}{(it.Suggestion is null ? "" : " (this machine's)")}. Later schedules take the same."),
        Refusal.ZoneUnknown it => (
            "zone-unknown",
            $"There is no time zone '{Words.Safe(it.Text)}'.{(it.Suggestion is { } meant ? $" Did you mean '{meant}'?" : "")} Nothing was saved.",
            "Give its IANA name, such as Europe/Berlin or America/New_York."),
        _ => (
            "keep-refused", $"'{Words.Safe(((Refusal.KeepRefused)refusal).Text)}' is no rule for what to keep. Nothing was saved.",
            "Give rules such as last=7,daily=14,weekly=8,monthly=12,yearly=3,within=2d, or all to keep all."),
    };
}
