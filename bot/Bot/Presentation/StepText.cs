using SnapshotBot.Bot.Commands;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The steps of operations as people read them.</summary>
internal static class StepText
{
    public static StepProgress Describe(OperationProgress progress) => new(
        Of(progress.Step), progress.Done, progress.Total,
        progress.Unit switch
        {
            Service.Operations.ProgressUnit.Bytes => Commands.ProgressUnit.Bytes,
            Service.Operations.ProgressUnit.Files => Commands.ProgressUnit.Files,
            Service.Operations.ProgressUnit.Seconds => Commands.ProgressUnit.Seconds,
            Service.Operations.ProgressUnit.Blobs => Commands.ProgressUnit.Items,
            _ => Commands.ProgressUnit.None,
        });

    public static string Of(string step) => step switch
    {
        "inspect" => "inspecting",
        "image" => "copying the image",
        "quiesce" => "asking the game to save",
        "freeze" => "freezing",
        "read" => "copying",
        "publish" => "publishing the image",
        "clear-away" => "removing the server",
        "commit-layer" => "letting the engine commit the layer",
        "thaw" => "thawing",
        "commit" => "committing",
        "plan" => "comparing",
        "stage" => "staging",
        "warn" => "warning the players",
        "stop" => "stopping",
        "safety" => "keeping the world of now",
        "swap" => "swapping",
        "recreate" => "making containers anew",
        "start" => "starting",
        "health" => "it runs, watching that it stays up",
        "answer" => "it runs, waiting for the game to answer",
        "check" => "reading back",
        "sync" => "reading the repository",
        "look" => "looking",
        "expire" => "expiring",
        "rewrite" => "rewriting packs",
        "remove" => "removing what nobody needs",
        "copy" => "copying",
        "export" => "writing the archive",
        "clone" => "making a clone",
        "boot" => "waiting for the game's answer",
        "clear" => "removing the clone",
        "heal" => "healing what was interrupted",
        _ => step,
    };
}
