using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What a person should see besides the answer.</summary>
internal static class NoticePages
{
    public static Page Of(HealedOperation healed) => healed.Error is { } error
        ? Page.Of(
            new Sentence($"Operation {healed.Id} ({healed.Kind ?? "unknown"}) was cut off and could not be taken back yet: {Words.Safe(error)}", Tone.Bad),
            new Sentence("Every command tries again.", Tone.Plain))
        : Page.Say(
            $"Operation {healed.Id} ({healed.Kind ?? "unknown"}) had been cut off; "
            + (healed.Ending == HealEnding.Finished ? "its work was done already, only clean-up was left." : "what it had begun was taken back."),
            Tone.Look);

    public static Page Of(ServiceNotice notice) => notice switch
    {
        ServiceNotice.PasswordMade made => Page.Of(
            new Sentence("A password for the snapshots was made. KEEP A COPY OF IT ON ANOTHER MACHINE:", Tone.Look),
            new Sentence($"  {Words.Safe(made.Path)}", Tone.Title),
            new Sentence("Without it nobody can ever read the snapshots again, we can't either.", Tone.Look)),
        ServiceNotice.RepositoryMade made => Page.Say($"A new repository was made at {Words.Safe(made.Location)}.", Tone.Plain),
        ServiceNotice.ProfileFaulty { Fault: var fault } => Page.Of(
            new Sentence($"The game profile {Words.Safe(fault.File)} is not used: {Field(fault)}{Words.Safe(fault.Problem)}", Tone.Look),
            new Sentence("All others are. docs/profiles.md says what may be in one.", Tone.Plain)),
        _ => new Page([]),
    };

    private static string Field(Service.Games.ProfileFault fault) => fault.Field is { } field ? $"{Words.Safe(field)}: " : "";
}
