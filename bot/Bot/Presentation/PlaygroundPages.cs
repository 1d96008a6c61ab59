using System.Globalization;
using SnapshotBot.Bot.Demo;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The playground in words.</summary>
internal static class PlaygroundPages
{
    public static Page Open(PlaygroundOpen open) => Page.Of(
        new Sentence("The playground is open: a Discord channel of your own, with the real bot in it.", Tone.Title),
        new Sentence("   " + open.Url.AbsoluteUri, Tone.Good),
        new Sentence("Only this machine reaches it, and only with the key in the address. Try /panel. Ctrl-C ends it and cleans up.", Tone.Small));

    public static Page Ended(PlaygroundEnded ended) => Page.Of(
    [
        ended.Left.Count == 0
            ? new Sentence("The playground is closed; everything it made is removed.", Tone.Plain)
            : new Sentence(
                "The playground is closed. This could not be removed: " + string.Join(", ", ended.Left.Select(Words.Safe)) + ". The next start tries again.", Tone.Look),
        .. ended.Refused.Select(text => new Sentence("Discord would not have taken this: " + Words.Safe(text), Tone.Look)),
    ]);

    public static Failure PortTaken(int port) => new(
        ExitCode.Failed, "port-taken",
        string.Create(CultureInfo.InvariantCulture, $"Something else listens on 127.0.0.1:{port}. Nothing was left behind."),
        "Choose another with --port, or --port 0 for any that is free.");
}
