using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Health in words.</summary>
internal static class HealthPages
{
    public static Page Of(HealthReport report) => report.Ready
        ? Page.Say("Ready: " + string.Join(", ", report.Parts.Keys.Order(StringComparer.Ordinal)) + ".", Tone.Good)
        : Page.Say(
            "Not ready: " + string.Join(", ", report.Parts.Where(part => !part.Value).Select(part => part.Key).Order(StringComparer.Ordinal)) + ".", Tone.Bad);

    public static Failure NoAddress() => new(
        ExitCode.BadInput, "no-health-address", "Where the serving process tells of its health is not said.", "Set SNAPSHOTBOT_HEALTH, such as 127.0.0.1:8078, for it and here.");

    public static Failure NoAnswer(string address) => new(
        ExitCode.Failed, "no-answer", $"Nobody answers at {Words.Safe(address)}: 'snapshotbot serve' does not run, or not with SNAPSHOTBOT_HEALTH.", null);

    public static Failure MissingCapabilities(IReadOnlyList<string> missing) => new(
        ExitCode.Refused, "missing-capabilities",
        $"I may not read volumes here: {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing. Nothing was started.",
        "Give them to the container by name, as compose.yaml does (cap_add).");
}
